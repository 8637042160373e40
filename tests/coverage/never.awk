# Branches (branches.awk) against those that are known never to be taken (never.txt, a paragraph for each).
RS == "" {
    sub(/^- */, "", $2)
    if ($1 !~ /^#/) known[$1 ":" $2] = 1
    next
}
{
    match($1, /:[0-9]+:/)
    file = substr($1, 1, RSTART - 1)
    text = substr($1, RSTART + RLENGTH)
    sub(/^ */, "", text)
    place = file ":" text
    branches++
    if ($3 == "taken") taken++
    else if (place in known) { known[place] = 2; named++ }
    else { sub(/ +/, " ", $1); missing[++missing_count] = $1 }
}
END {
    for (i = 1; i <= missing_count; i++) print "never taken: " missing[i]
    for (place in known)
        if (known[place] == 1) {
            print "coverage: never.txt: expected a branch that is never taken, found it taken or gone: " place > "/dev/stderr"
            bad = 1
        }
    percent = 100 * taken / (branches - named)
    printf "branches of models/policy: %d, taken %d, known never to be taken %d: %.1f%%\n", branches, taken, named, percent
    if (percent < 95) {
        print "coverage: expected at least 95% of the branches of models/policy taken" > "/dev/stderr"
        bad = 1
    }
    exit bad
}
