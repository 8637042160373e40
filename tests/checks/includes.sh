#!/bin/sh
# Which way includes may point (the table in ARCHITECTURE.md), for the project's own headers and for
# those of libraries.
#
#     includes.sh [ROOT]
set -eu
export LC_ALL=C
cd "${1:-.}"

find sim models workloads traces ballast -name '*.[ch]' -o -name '*.def' | sort |
    xargs grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null |
    awk -F: '
function allow(folder, headers) { allowed[folder] = " " headers " " }

# A folder of the table: models/x, traces/x, or the first part of the path.
function folder_of(path) {
    if (match(path, /^(models|ballast|traces)\/[^\/]+\//) || match(path, /^[^\/]+\//))
        return substr(path, 1, RLENGTH - 1)
    return ""
}

# Headers of other folders that are for everybody; all of sim, of cost and of most rooms of the
# program are.
function is_public(header, from) {
    if (header ~ /^traces\// && from ~ /^traces\//)
        return 1 # the rooms of traces share their parts
    return header ~ /^(sim|models\/cost|ballast)\// && header !~ /\/internal\.h$/ ||
           (header in public_headers)
}

function complain(what) {
    print "includes: " $1 ":" $2 ": " what > "/dev/stderr"
    bad++
}

BEGIN {
    allow("models/policy", "")
    allow("sim", "")
    allow("models/cost", "sim")
    allow("models/guest", "sim models/cost")
    allow("models/host", "sim models/cost models/guest models/policy")
    allow("traces", "sim")
    allow("traces/formats", "sim traces")
    allow("traces/images", "sim traces traces/formats")
    allow("traces/targets", "sim traces traces/formats")
    allow("traces/counters", "sim traces")
    allow("traces/record", "sim traces")
    all_traces = " traces traces/formats traces/images traces/targets traces/counters traces/record"
    allow("workloads", "sim models/guest" all_traces)
    below = "sim models/cost models/guest models/host models/policy workloads" all_traces
    allow("ballast/results", "sim")
    allow("ballast/config", below " ballast/results")
    allow("ballast/scan", below " ballast/results ballast/config")
    allow("ballast/run", below " ballast/results ballast/config ballast/scan")
    allow("ballast/report", below " ballast/results ballast/config ballast/scan ballast/run")
    allow("ballast/replay", below " ballast/results ballast/config ballast/scan ballast/run ballast/report")
    allow("ballast/bench", below " ballast/results ballast/config ballast/scan ballast/run ballast/replay")
    reports = below " ballast/results ballast/config ballast/scan ballast/run ballast/report"
    allow("ballast/comparison", reports)
    allow("ballast/explain", reports)
    allow("ballast/page", reports " ballast/explain")
    allow("ballast/cli", reports " ballast/bench ballast/replay ballast/comparison ballast/explain ballast/page")
    split("models/guest/guest.h models/policy/mp.h models/policy/mp_tunables.def models/policy/mp_governor.h models/policy/mp_view.def models/policy/mp_estimator.h models/policy/mp_scanner.h " \
          "models/host/host.h models/host/disk.h workloads/wl.h traces/tr.h " \
          "traces/page_key.h traces/notes.h traces/images/snapshot.h traces/images/over_time.h " \
          "traces/formats/source.h traces/targets/target.h traces/counters/counters.h " \
          "traces/record/record.h", list, " ")
    for (i in list)
        public_headers[list[i]] = 1

    # Libraries that one file of one folder uses, so that another could take their place.
    homes["sqlite3.h"] = "ballast/results"
    homes["yaml.h"] = "ballast/config"
}

{
    file = $1
    text = $3
    for (i = 4; i <= NF; i++)
        text = text ":" $i
    from = folder_of(file)
    files[file] = 1
    if (!(from in allowed)) {
        complain("the folder is not in the table")
    } else if (match(text, /"[^"]+"/)) {
        header = substr(text, RSTART + 1, RLENGTH - 2)
        # Members see the public header, that of their seam, and what their own room shares.
        if (match(file, /^models\/policy\/[a-z]+s\//)) {
            room = substr(file, 15, RLENGTH - 16)
            if (header ~ /\// && header != "../mp.h" && header != "../mp_" room ".h")
                complain("a " room " may not include " header)
            next
        }
        if (header !~ /\//)
            header = from "/" header
        to = folder_of(header)
        if (to == from)
            next
        if (index(allowed[from], " " to " ") == 0)
            complain(from " may not include " header)
        else if (!is_public(header, from))
            complain(header " is private to " to)
    } else if (match(text, /<[^>]+>/)) {
        header = substr(text, RSTART + 1, RLENGTH - 2)
        if (from == "models/policy" && header !~ /^(stdint|stddef|stdbool|limits)\.h$/)
            complain("the policy may not include <" header ">")
        if (header ~ /^gsl\// && from !~ /^(sim|ballast\/results)$/)
            complain(from " may not include <" header ">")
        if (header in homes && from != homes[header])
            complain("<" header "> is for " homes[header])
        if ((header in homes) && !((header, file) in users)) {
            users[header, file] = 1
            if (count[header]++)
                complain("<" header "> is for one file of " homes[header])
        }
    }
}

END {
    for (file in files)
        total++
    if (!total)
        print "includes: no sources found" > "/dev/stderr"
    if (bad || !total)
        exit 1
    print "includes: those of " total " files point the right way"
}'
