# Reads what `gcov --stdout` prints. For each source of the project: FILE, lines that can run, lines that did, separated by tabs.
BEGIN { OFS = "\t" }
/^ *-: +0:Source:/ { file = $0; sub(/^.*:Source:/, "", file); next }
/^ *[^ ]+: *[0-9]+:/ && file !~ /^\// {
    count = $1
    sub(/:.*/, "", count)
    if (count == "-") next
    lines[file]++
    run[file] += count !~ /^[#=]/
}
END { for (file in lines) print file, lines[file], run[file] }
