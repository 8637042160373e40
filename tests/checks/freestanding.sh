#!/bin/sh
# The policy library must be fit for a hypervisor (ARCHITECTURE.md): its archive may want
# memcpy, memmove, memset, memcmp and nothing else, holds no writable data, and uses no
# floating-point or vector register.
#
#     freestanding.sh ARCHIVE
set -eu
export LC_ALL=C
archive=$1
bad=0

complain() {
    echo "freestanding: $1:" >&2
    echo "$2" | sed 's/^/    /' >&2
    bad=1
}

[ -n "$(nm "$archive" 2>/dev/null | grep ' T ')" ] || {
    echo "freestanding: $archive has no functions" >&2
    exit 1
}

defined=$(nm --defined-only "$archive" | awk 'NF == 3 {print $3}' | sort -u)
wanted=$(nm -u "$archive" | awk '$1 == "U" {print $2}' | sort -u |
    grep -vxE 'memcpy|memmove|memset|memcmp' |
    grep -vxF -e "$defined" || true)
[ -z "$wanted" ] || complain "$archive wants from outside" "$wanted"

# Weak, common, small and thread-local data count as well; constants (R) do not.
writable=$(nm -A "$archive" 2>/dev/null | awk '$(NF - 1) ~ /^[bBcCdDgGsSvV]$/')
[ -z "$writable" ] || complain "$archive has writable globals" "$writable"

registers=$(objdump -d --no-show-raw-insn "$archive" | grep -E '%([xyz]mm|mm|st)[0-9(]?' | head -5)
[ -z "$registers" ] || complain "$archive uses floating-point or vector registers" "$registers"

[ $bad -eq 0 ] || exit 1
echo "freestanding: $(echo "$defined" | wc -l) symbols of $archive, in order"
