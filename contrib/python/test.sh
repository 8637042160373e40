#!/usr/bin/env bash
# Tests the reader against the program, and executes the notebook on a run of Figure 7.
set -euo pipefail
home=$(realpath "$(dirname "$0")/../..")
BALLAST=$(realpath "${BALLAST:-$home/build/plain/ballast}")
cd "$home/contrib/python"
python=/usr/bin/python3 # Debian's: the packages are for it
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1

[ "$(wc -l <ballast.py)" -le 200 ] || { echo "python: ballast.py has more than 200 lines" >&2; exit 1; }
office=$home/contrib/github/office/config.yaml
"$BALLAST" sweep "$office" --db "$work/office.db" --quiet
$python test_ballast.py "$BALLAST" "$work/office.db" "$office" 2>"$work/out" || { cat "$work/out" >&2; exit 1; }
tests=$(sed -n 's/^Ran \([0-9]*\) tests.*/\1/p' "$work/out")

"$BALLAST" run fig7_idle_tax --db "$work/fig7.db" --quiet
cp ballast.py fig7.ipynb "$work"
cd "$work"
export BALLAST_DB=$work/fig7.db BALLAST_HOME=$home HOME=$work
$python -m nbconvert --to notebook --execute --output done.ipynb fig7.ipynb >out 2>&1 || { tail -20 out >&2; exit 1; }
[ "$(stat -c %s fig7.png)" -gt 20000 ] || { echo "python: the notebook drew nothing" >&2; exit 1; }
$python - <<'END'
import json
cells = [cell for cell in json.load(open("done.ipynb"))["cells"] if cell["cell_type"] == "code"]
text = "".join(cells[-1]["outputs"][0]["data"]["text/plain"])
moved = {line.split()[0]: float(line.split()[1]) for line in text.splitlines() if line.startswith(("windows", "linux"))}
assert moved["windows"] < -30 and moved["linux"] > 30, text
END
[ -z "${KEEP:-}" ] || cp fig7.png "$KEEP"
echo "python: $tests tests of the reader hold, and the notebook makes Figure 7"
