#!/usr/bin/env bash
# Do the inputs of fuzz/corpus reach what they are for? A target whose inputs are all refused in the first line proves nothing, and says
# so nowhere. floors.tsv names the files that each target is about, and how many of their lines, in percent, its inputs run at least.
#
#     floors.sh FOLDER [--update]     FOLDER has fuzz-floors, the program of the corpora with counters in these files, and their objects;
#                                     --update stores what is run today, less 2%: a new refusal in a reader needs no new floor
set -eu
cd "$(dirname "$0")/.."
built=$1 update=${2:-}
floors=fuzz/floors.tsv
bad=0
new=$(mktemp)
trap 'rm -f "$new"' EXIT

complain() {
    echo "floors: $1" >&2
    bad=1
}

# reached FILES: lines that can run, lines that did.
reached() {
    local file notes=()
    for file in $1; do
        notes+=("$built/floors/${file%.c}.gcno")
    done
    gcov --stdout "${notes[@]}" 2>/dev/null | awk -f tests/coverage/lines.awk | awk -F'\t' -v files=" $1 " '
        index(files, " " $1 " ") { lines += $2; run += $3 } END { print lines + 0, run + 0 }'
}

for target in $(sed -n 's/^    target(\([a-z_]*\)).*/\1/p' fuzz/targets.h); do
    cut -f1 $floors | grep -qx "$target" || complain "$floors: expected a row of the target $target, found none"
done
while IFS=$'\t' read -r target floor files; do
    find "$built/floors" -name '*.gcda' -delete
    "$built/fuzz-floors" fuzz/corpus "$target" >/dev/null || complain "$target: its corpus fails"
    read -r lines run < <(reached "$files")
    percent=$((lines > 0 ? 100 * run / lines : 0))
    [ "$lines" -gt 0 ] || complain "$target: expected objects with counters of $files, found none"
    printf '%s\t%d\t%s\n' "$target" $((percent > 2 ? percent - 2 : 0)) "$files" >>"$new"
    [ -z "${VERBOSE:-}" ] || printf '%-18s %4d of %4d lines, %3d%%\n' "$target" "$run" "$lines" $percent
    [ -n "$update" ] || [ $percent -ge "$floor" ] ||
        complain "$target: expected at least $floor% of the lines of $files run by fuzz/corpus/$target, found $percent%"
done <$floors
[ $bad -eq 0 ] || exit 1
[ -z "$update" ] || cp "$new" $floors
echo "floors: $(wc -l <$floors) corpora reach what they are for"
