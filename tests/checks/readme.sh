#!/usr/bin/env bash
# Runs the commands of a README in a scratch copy of the tree, as a reader would type them.
#
# Commands stand in blocks that open with ```sh. All blocks run in one shell, one after the other,
# from the root of the copy. A block is left out where the line before it says so, for the reader
# to see in the source:
#
#     <!-- not run: REASON -->
#
# A block of any other kind is an error: it is either run, or left out with a reason.
#
#     readme.sh [FILE.md]
set -euo pipefail
cd "$(dirname "$0")/../.."
document=${1:-README.md}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What is built comes along with its times, so that `make` in the copy has nothing to do.
tar -c --exclude=./.git --exclude=./results --exclude=./build/san --exclude=./build/fuzz . |
    tar -x -C "$scratch"

awk -v document="$document" '
    /^<!-- not run: .* -->$/ { reason = $0; sub(/^<!-- not run: /, "", reason); sub(/ -->$/, "", reason); next }
    /^```/ && !inside {
        inside = 1
        kind = reason != "" ? "left out" : $0 == "```sh" ? "run" : "wrong"
        if (kind == "wrong") {
            printf "readme: %s:%d: expected ```sh, or <!-- not run: REASON --> before the block\n",
                document, NR > "/dev/stderr"
            bad = 1
        }
        if (kind == "left out")
            printf "readme: %s:%d: not run: %s\n", document, NR, reason > "/dev/stderr"
        if (kind == "run") {
            printf "block=%d\n", NR
            blocks++
        }
        next
    }
    /^```/ { inside = 0; reason = ""; next }
    inside && kind == "run" { print; next }
    !inside && NF { reason = "" }
    END {
        if (!blocks) {
            printf "readme: %s has no commands to run\n", document > "/dev/stderr"
            bad = 1
        }
        if (inside) {
            printf "readme: %s ends inside a block\n", document > "/dev/stderr"
            bad = 1
        }
        exit bad
    }' "$document" >"$scratch/.commands"

cd "$scratch"
{
    echo 'set -euo pipefail'
    echo "trap 'echo \"readme: $document:\$block: \$BASH_COMMAND: failed\" >&2' ERR"
    cat .commands
} >.script
if ! bash .script >.output 2>&1; then
    tail -20 .output | sed 's/^/    /' >&2
    exit 1
fi
echo "readme: $(grep -c '^block=' .commands) blocks of $document run"

# What experiments/README.md shows of a file is what the file says.
if [ "$document" = experiments/README.md ]; then
    awk '/^```csv$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$document" |
        diff - contrib/github/office/expect.csv
    echo "readme: the expectations of $document are those of contrib/github/office"
fi

# The configuration that experiments/README.md shows is one that could be run.
if [ "$document" = README.md ]; then
    mkdir experiments/my_question
    awk '/^```yaml$/ { inside = 1; next } /^```$/ { inside = 0 } inside' experiments/README.md >experiments/my_question/config.yaml
    cp traces/samples/T1.btr experiments/my_question/my.btr
    cp experiments/fig6_sampling/toucher.csv experiments/my_question/
    bin/ballast params experiments/my_question/config.yaml >/dev/null
    echo "readme: the configuration of experiments/README.md resolves"
fi
