#!/bin/sh
# The same code must not stand twice: no run of LINES lines of code may be the same, but for its
# indentation, in two places. Lines that say nothing by themselves (blank, braces, `break;`,
# includes, comments) are passed over. Code of the same shape with other names is not found.
#
#     duplicates.sh [ROOT [LINES]]      10 lines unless told otherwise
set -eu
export LC_ALL=C
cd "${1:-.}"

find . -path ./.git -prune -o -path ./build -prune -o -type f \
    '(' -name '*.c' -o -name '*.h' -o -name '*.def' -o -name '*.sh' -o -name '*.py' ')' -print | sort |
    xargs awk -v lines="${2:-10}" '
# Numbers stand for lines, so that a window of them is a short key.
function number_of(text) {
    if (!(text in numbers))
        numbers[text] = ++number_count
    return numbers[text]
}

function report() {
    if (run_lines == 0)
        return
    printf "duplicates: %s:%d-%d: the same %d lines stand at %s:%d-%d\n", run_file, run_first, run_last,
           run_lines, run_other_file, run_other_first, run_other_last > "/dev/stderr"
    found++
    run_lines = 0
}

FNR == 1 {
    report()
    filled = 0
    is_comment = 0
    file = FILENAME
    sub(/^\.\//, "", file)
    files++
}

{
    gsub(/^[ \t]+|[ \t\r\\]+$/, "")
    if ($0 ~ /^\/\*/)
        is_comment = 1
    skipped = is_comment || $0 !~ /[A-Za-z].*[A-Za-z].*[A-Za-z]/ ||
              $0 ~ /^(#[ \t]*include|#!|# |\/\/|break;|continue;|return;|else|done|fi|esac)/
    if ($0 ~ /\*\//)
        is_comment = 0
    if (skipped)
        next
    at = filled++ % lines
    ids[at] = number_of($0)
    place[at] = FNR
    if (filled < lines)
        next
    key = ""
    for (i = 1; i <= lines; i++)
        key = key " " ids[(at + i) % lines]
    begin = place[(at + 1) % lines]
    # A run overlaps itself where one line is repeated (a table of equal rows): that is no copy.
    if (key in first_line && !(first_file[key] == file && last_line[key] >= begin)) {
        grows = run_lines > 0 && first_file[key] == run_other_file && last_line[key] > run_other_last
        if (!grows) {
            report()
            run_file = file
            run_first = begin
            run_lines = lines - 1
            run_other_file = first_file[key]
            run_other_first = first_line[key]
        }
        run_lines++
        run_last = FNR
        run_other_last = last_line[key]
    } else {
        report()
        if (!(key in first_line)) {
            first_file[key] = file
            first_line[key] = begin
            last_line[key] = FNR
        }
    }
}

END {
    report()
    if (found || !files)
        exit 1
    print "duplicates: no " lines " lines of code stand twice in " files " files"
}'
