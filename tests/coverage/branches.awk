# Reads what `gcov --branch-counts --stdout` prints. For each branch, which is one way out of one condition: FILE:LINE:TEXT, a tab, its
# number on the line, a tab, "taken" or "never". A function in a header is in several objects; what is taken in one of them is taken.
/^ *-: +0:Source:/ { file = $0; sub(/^.*:Source:/, "", file); next }
/^ *[^ ]+: *[0-9]+:/ {
    place = $0
    sub(/^ *[^ ]+: */, "", place)
    next
}
/^branch / && file !~ /^\// {
    branch = file ":" place "\t" $2
    taken[branch] += / taken [1-9]/ # not a condition, so that each branch is named
}
END { for (branch in taken) print branch "\t" (taken[branch] ? "taken" : "never") }
