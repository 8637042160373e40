"""The reader against what the program itself says of the same runs.

    test_ballast.py BALLAST DATABASE FILE.yaml     the program; a sweep of FILE.yaml, with expect.csv beside it
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import unittest

import ballast

PROGRAM, DATABASE, CONFIG = sys.argv[1:4]
LOW, HIGH = "policy.idle_tax=0", "policy.idle_tax=0.75"


class Reading(unittest.TestCase):
    def setUp(self):
        self.db = ballast.open(DATABASE)
        self.addCleanup(self.db.sqlite.close)

    def refuses(self, words, call):
        with self.assertRaises(ValueError) as refused:
            call()
        self.assertIn(words, str(refused.exception))

    def test_runs_and_samples(self):
        runs = self.db.runs("office")
        self.assertEqual(len(runs), 12)
        self.assertEqual(len(self.db.runs(variant=LOW, seed=2)), 1)
        samples = self.db.series("alloc_mb", vm="web", variant=LOW, seed=1)
        self.assertEqual(list(samples.t_s), sorted(samples.t_s))
        mean = self.db.summary("alloc_mb", vm="web", variant=LOW, seed=1)["mean"].item()
        self.assertAlmostEqual(samples.value.mean(), mean, places=9)
        self.assertEqual(self.db.params(variant=LOW).loc["policy.idle_tax"].unique(), ["0"])

    def test_estimates_are_those_of_verify(self):
        rows = json.loads(subprocess.run([PROGRAM, "verify", CONFIG, "--db", DATABASE, "--json"],
                                         capture_output=True, check=True).stdout)
        said = {row["point"]: row for row in rows}
        for vm in ("web", "batch"):
            of = self.db.summary("alloc_mb", vm=vm, variant=HIGH)["last"]
            mean, half, n = ballast.estimate(of)
            point = said[f"{vm} keeps its min, {HIGH}"]
            self.assertAlmostEqual(mean, point["ours"], places=6)
            self.assertAlmostEqual(half, point["interval"], places=6)
            self.assertEqual(n, point["runs"])
        moved = self.db.compare("alloc_mb", HIGH, LOW, vm="batch", statistic="last").iloc[0]
        self.assertTrue(moved.paired)
        self.assertAlmostEqual(moved.difference, said["the tax takes idle memory"]["ours"], places=6)
        self.assertAlmostEqual(moved.half95, said["the tax takes idle memory"]["interval"], places=6)

    def test_welch(self):
        # Equal means; variances of 1 and 8/3.
        difference, half, n = ballast.welch(*[ballast.pandas.Series(each) for each in ([1, 2, 3], [0, 2, 4, 2])])
        self.assertAlmostEqual(difference, 0)
        freedom = (1 / 3 + 8 / 12) ** 2 / ((1 / 3) ** 2 / 2 + (8 / 12) ** 2 / 3)
        self.assertAlmostEqual(half, ballast.scipy.stats.t.ppf(0.975, freedom))
        self.assertEqual(n, 3)

    def test_runs_without_partners(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/a.db"
            copy = sqlite3.connect(path)
            self.db.sqlite.backup(copy)
            copy.execute("DELETE FROM run WHERE variant = ? AND seed = 1", [LOW])
            copy.execute("UPDATE run SET seed = '18446744073709551615' WHERE variant = ? AND seed = 2", [HIGH])
            copy.execute("UPDATE run SET variant = ? || ',alone=web' WHERE variant = 'policy.idle_tax=0.5'", [LOW])
            copy.commit()
            copy.close()
            db = ballast.open(path)
            self.assertEqual(len(db.runs()), 8)
            self.assertEqual(len(db.runs(alone=True)), 11)
            self.assertEqual(len(db.series("alloc_mb", seed=2 ** 64 - 1)), len(db.series("alloc_mb", seed=3, variant=LOW)))
            row = db.compare("alloc_mb", LOW, HIGH, vm="web").iloc[0]
            self.assertFalse(row.paired)
            self.assertEqual(row.runs, 2)
            db.sqlite.close()

    def test_names_with_quotes(self):
        self.refuses("found \"it's\"", lambda: self.db.runs("it's"))
        self.refuses("did you mean 'alloc_mb'", lambda: self.db.series("aloc_mb"))
        self.refuses("did you mean 'web'", lambda: self.db.series("alloc_mb", vm="wbe"))
        self.refuses(f"did you mean '{LOW}'", lambda: self.db.runs(variant="policy.idle_tax=00"))
        self.refuses("found 9; there are 1, 2, 3", lambda: self.db.runs(seed=9))
        self.refuses("found 'max'", lambda: self.db.compare("alloc_mb", LOW, HIGH, statistic="max"))

    def test_files_that_are_none(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaises(FileNotFoundError):
                ballast.open(f"{folder}/none.db")
            with open(f"{folder}/text.db", "w", encoding="ascii") as out:
                out.write("no database " * 100)
            self.refuses("expected a database of results", lambda: ballast.open(f"{folder}/text.db"))
            for version, words in ((0, "found 0"), (4, f"found 4; `ballast merge NEW.db {folder}/4.db`"), (99, "found 99")):
                sqlite3.connect(f"{folder}/{version}.db").execute(f"PRAGMA user_version = {version}").close()
                path = f"{folder}/{version}.db"
                if not os.path.getsize(path):
                    sqlite3.connect(path).execute("CREATE TABLE a(b)").close()
                self.refuses(words, lambda path=path: ballast.open(path))


unittest.main(argv=sys.argv[:1])
