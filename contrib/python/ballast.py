"""Reads the results of Ballast as tables of pandas.

    import ballast
    db = ballast.open("results/ballast.db")
    db.runs("fig7_idle_tax")                                  # one row for each finished run
    db.series("alloc_mb", "fig7_idle_tax", vm="linux", seed=1)  # samples over time
    db.summary("alloc_mb", "fig7_idle_tax")                   # mean, least, peak, last of each run
    db.results("throughput", "fig7_idle_tax")                 # what is known at the end of a run
    db.compare("alloc_mb", "tax=0", "tax=0.75", "mine")       # difference of two variants, 95% interval

Everywhere `experiment` may be left out where the database holds only one; `variant`, `seed` and `vm` narrow
the choice, and vm="" is the whole host. A wrong name is a ValueError with the nearest right one. The
database is only read. Needs Debian's python3-pandas and python3-scipy.
"""

import difflib
import os
import pathlib
import sqlite3

import pandas
import scipy.stats

SCHEMA_VERSION = 8
STATISTICS = ("mean", "least", "peak", "last")


def open(path="results/ballast.db"):
    """The database in the file `path`. FileNotFoundError, or ValueError where it is no such database."""
    return Results(path)


def estimate(values):
    """Mean of independent values, half of its 95% interval by Student's t (NaN for one), their number."""
    values = pandas.Series(values, dtype=float).dropna()
    n = len(values)
    half = scipy.stats.t.ppf(0.975, n - 1) * values.sem() if n > 1 else float("nan")
    return values.mean(), half, n


class Results:
    def __init__(self, path):
        if not os.path.exists(path):
            raise FileNotFoundError(f"{path}: expected a database of results, found no such file")
        self.path = str(path)
        self.sqlite = sqlite3.connect(pathlib.Path(path).absolute().as_uri() + "?mode=ro", uri=True)
        try:
            version = self.sqlite.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise ValueError(f"{path}: expected a database of results: {error}") from None
        if version != SCHEMA_VERSION:
            hint = f"; `ballast merge NEW.db {path}` makes one" if 0 < version < SCHEMA_VERSION else ""
            raise ValueError(f"{path}: expected schema version {SCHEMA_VERSION}, found {version}{hint}")

    def sql(self, query, *binds):
        """The rows of a query in SQL."""
        return pandas.read_sql_query(query, self.sqlite, params=list(binds))

    # ---- Names ----------------------------------------------------------------------------------

    def _known(self, what, name, names):
        names = [str(each) for each in names]
        if str(name) in names:
            return
        near = difflib.get_close_matches(str(name), names, 1)
        hint = f" (did you mean {near[0]!r}?)" if near else f"; there are {', '.join(names[:10]) or 'none'}"
        raise ValueError(f"{self.path}: expected the {what}, found {name!r}{hint}")

    def experiments(self):
        """Names of the experiments that have finished runs."""
        return list(self.sql("SELECT DISTINCT experiment FROM run WHERE status = 'done' ORDER BY 1").experiment)

    def metrics(self):
        """Every metric with its unit, kind and meaning."""
        return self.sql("SELECT name, unit, kind, meaning FROM metric ORDER BY name")

    # ---- Tables ---------------------------------------------------------------------------------

    def runs(self, experiment=None, variant=None, seed=None, alone=False):
        """Finished runs by run_id. Those of a VM alone (`run --alone`) are left out unless `alone`.

        Of several configurations under one name, the one that its variant ran with last counts."""
        names = self.experiments()
        if experiment is None and len(names) != 1:
            raise ValueError(f"{self.path}: expected one experiment to be named of {', '.join(names) or 'none'}")
        experiment = names[0] if experiment is None else experiment
        self._known("name of an experiment with finished runs", experiment, names)
        runs = self.sql("SELECT run_id, experiment, variant, seed, replicate, sim_s, wall_s, version, build,"
                        " governor, estimator, scanner, started_utc, host FROM run"
                        " WHERE experiment = ?1 AND status = 'done' AND (variant, config_hash) IN"
                        " (SELECT variant, config_hash FROM (SELECT variant, config_hash, max(run_id) FROM run"
                        "  WHERE experiment = ?1 AND status = 'done' GROUP BY variant)) ORDER BY run_id", experiment)
        if not alone:
            runs = runs[~("," + runs.variant).str.contains(",alone=", regex=False)]
        for column, wanted in (("variant", variant), ("seed", seed)):
            if wanted is not None:
                self._known(f"{column} of runs of {experiment}", wanted, runs[column].unique())
                runs = runs[runs[column].astype(str) == str(wanted)]
        return runs.set_index("run_id")

    def _rows(self, table, columns, metric, experiment, variant, seed, vm, alone):
        """Rows of the chosen runs and metrics, with what tells the runs apart in front."""
        metrics = [metric] if isinstance(metric, str) else list(metric)
        for each in metrics:
            self._known("name of a metric", each, self.metrics().name)
        runs = self.runs(experiment, variant, seed, alone)
        marks = ", ".join("?" * len(metrics))
        parts = [self.sql(f"SELECT run_id, {columns} FROM {table} WHERE run_id = ? AND metric IN ({marks})",
                          int(run), *metrics) for run in runs.index]
        rows = pandas.concat(parts, ignore_index=True) if parts else self.sql(f"SELECT run_id, {columns} FROM {table} LIMIT 0")
        if vm is not None:
            self._known("name of a VM with this metric, or '' for the host", vm, rows.vm.unique())
            rows = rows[rows.vm == vm]
        return runs[["variant", "seed", "replicate"]].merge(rows, on="run_id").reset_index(drop=True)

    def series(self, metric, experiment=None, variant=None, seed=None, vm=None, alone=False):
        """Samples of one metric or several: a row for each t_s, vm and metric of each run."""
        return self._rows("series", "t_s, vm, metric, value", metric, experiment, variant, seed, vm, alone)

    def summary(self, metric, experiment=None, variant=None, seed=None, vm=None, alone=False):
        """Number, mean, least, peak and last of the samples of each run."""
        return self._rows("summary", "vm, metric, samples, mean, least, peak, last",
                          metric, experiment, variant, seed, vm, alone)

    def results(self, metric, experiment=None, variant=None, seed=None, vm=None, alone=False):
        """What is known at the end of each run."""
        return self._rows("result", "vm, metric, value, unit", metric, experiment, variant, seed, vm, alone)

    def params(self, experiment=None, variant=None, seed=None):
        """Every parameter: a row for each key, a column for each run."""
        runs = self.runs(experiment, variant, seed)
        rows = pandas.concat([self.sql("SELECT run_id, key, value FROM param WHERE run_id = ?", int(run))
                              for run in runs.index])
        return rows.pivot(index="key", columns="run_id", values="value")

    # ---- Comparing ------------------------------------------------------------------------------

    def compare(self, metric, a, b, experiment=None, vm=None, statistic="mean"):
        """What b has more than a, for each VM: the means, their difference, half of its 95% interval.

        `statistic` is mean, least, peak or last of a run's samples, or result. Runs of equal seed and
        replicate drew the same random numbers: where all runs have a partner, the difference is that of
        pairs; otherwise the interval is Welch's.
        """
        self._known("name of a statistic", statistic, STATISTICS + ("result",))
        frames = [self.results(metric, experiment, each, vm=vm) if statistic == "result" else
                  self.summary(metric, experiment, each, vm=vm) for each in (a, b)]
        column = "value" if statistic == "result" else statistic
        sides = [{key: rows.set_index(["seed", "replicate"])[column].dropna().sort_index()
                  for key, rows in frame.groupby(["metric", "vm"])} for frame in frames]
        rows = []
        for key in sorted(set(sides[0]) | set(sides[1])):
            less, more = [side.get(key, pandas.Series(dtype=float)) for side in sides]
            paired = less.index.equals(more.index)
            difference, half, n = estimate(more - less) if paired else welch(less, more)
            rows.append((*key, less.mean(), more.mean(), difference, half, n, paired))
        return pandas.DataFrame(rows, columns=["metric", "vm", "a", "b", "difference", "half95", "runs", "paired"])


def welch(a, b):
    """Difference of the means of independent values, half of its 95% interval by Welch, the smaller number."""
    n = min(len(a), len(b))
    if n < 2:
        return b.mean() - a.mean(), float("nan"), n
    va, vb = a.var() / len(a), b.var() / len(b)
    if va + vb == 0:
        return b.mean() - a.mean(), 0.0, n
    freedom = (va + vb) ** 2 / (va ** 2 / (len(a) - 1) + vb ** 2 / (len(b) - 1))
    return b.mean() - a.mean(), scipy.stats.t.ppf(0.975, freedom) * (va + vb) ** 0.5, n
