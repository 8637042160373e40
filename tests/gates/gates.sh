#!/usr/bin/env bash
# Counts the instructions of the hot paths with callgrind and compares them with counts.tsv.
#
#     gates.sh            compares, exit 1 where a count rose by more than 2% and CHANGELOG.md does not say so
#     gates.sh --update   writes counts.tsv anew
#
# BUILD names the folder of the build, CC the compiler that made it.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."
build=${BUILD:-build/plain}
stored=tests/gates/counts.tsv
compiler="$(${CC:-gcc} --version | head -1)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Prints the instructions within FUNCTION while PROGRAM runs, without those of the libraries: libc
# chooses its string functions by the CPU.
count() {
    local function=$1 program=$2
    shift
    if ! valgrind --tool=callgrind --callgrind-out-file="$work/out" --toggle-collect="$function" "$@" \
        >"$work/log" 2>&1; then
        cat "$work/log" >&2
        return 1
    fi
    awk -v program="$program" '
        /^ob=/ {
            number = $1
            sub(/^ob=/, "", number)
            if (NF > 1) name[number] = $2
            is_ours = name[number] ~ program "$"
        }
        /^cob=/ && NF > 1 { number = $1; sub(/^cob=/, "", number); name[number] = $2 }
        /^calls=/ { getline; next } # what the callee took stands with the callee
        /^[0-9+*-]/ && is_ours { counted += $2 }
        END { print counted + 0 }' "$work/out"
}

# NAME OPERATIONS FUNCTION COMMAND...: prints "NAME INSTRUCTIONS", for one operation. `all` keeps the order.
measure() {
    local name=$1 operations=$2
    shift 2
    local counted
    counted=$(count "$@")
    awk -v name="$name" -v counted="$counted" -v operations="$operations" \
        'BEGIN { printf "%s\t%.2f\n", name, counted / operations }'
}

# Figure 8's VMs for so many seconds, with a sample each second from 0 on.
samples=20
all() {
    while read -r name operations; do
        measure "$name" "$operations" gate_run "$build/gates" "$name" || return
    done < <("$build/gates")
    measure sample-figure-8 $((samples + 1)) run_record_sample "$build/ballast" run fig8_dynamic --seed 1 \
        --db "$work/gates.db" --set duration_s=$samples --set sample_every_s=1
}

same_compiler() {
    [ "$(sed -n 's/^# //p' $stored)" = "$compiler" ]
}

if [ "${1:-}" = --update ]; then
    { printf '# %s\n' "$compiler" && all; } >"$work/counts"
    cp "$work/counts" $stored
    cat $stored
    exit
fi
if ! same_compiler; then
    echo "gates: the counts are those of $(sed -n 's/^# //p' $stored); this is $compiler: not compared"
    exit
fi
all >"$work/counts"
# A line of CHANGELOG.md allows a gate to rise to the number that it names: `gate NAME NUMBER`.
awk -F'\t' '
    FILENAME == "CHANGELOG.md" {
        while (match($0, /`gate [^ `]+ [0-9.]+`/)) {
            split(substr($0, RSTART + 1, RLENGTH - 2), word, " ")
            if (word[3] + 0 > allowed[word[2]]) allowed[word[2]] = word[3] + 0
            $0 = substr($0, RSTART + RLENGTH)
        }
        next
    }
    /^#/ { next }
    FILENAME ~ /counts.tsv$/ { stored[$1] = $2; next }
    {
        if (!($1 in stored)) { said = "NEW: make gates-update"; failed = 1 }
        else if ($2 <= stored[$1] * 1.02) said = $2 < stored[$1] * 0.98 ? "lower: make gates-update stores it" : "ok"
        else if ($2 <= allowed[$1] * 1.02) said = "higher, as CHANGELOG.md says"
        else { said = "HIGHER"; failed = 1; higher = higher sprintf(" `gate %s %s`", $1, $2) }
        printf "%-20s %14.2f instructions, stored %14.2f  %s\n", $1, $2, stored[$1], said
        seen[$1] = 1
    }
    END {
        for (name in stored) if (!(name in seen)) { printf "%s: not measured\n", name; failed = 1 }
        if (higher != "")
            printf "gates: more than 2%% above tests/gates/counts.tsv. Where it must be so, a line of CHANGELOG.md says why, with:%s\n", higher
        exit failed
    }' CHANGELOG.md $stored "$work/counts"
