#!/usr/bin/env bash
# Looks a package over, unpacks it into an empty folder, and runs what is there.
#
#     test.sh FILE.deb
set -euo pipefail
package=$(realpath "$1")
home=$(realpath "$(dirname "$0")/../..")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
stop() {
    echo "deb: $1" >&2
    exit 1
}

for library in $(sed -n '/^wanted=/,/"$/p' "$home/.ci/deps" | grep -oE '[a-z0-9.-]+-dev' | grep -v cunit); do
    grep -q "^ $library" "$home/contrib/debian/control" || stop "control: expected $library in Build-Depends, as in .ci/deps"
done
said=$(lintian --fail-on none --display-level ">=warning" --tag-display-limit 0 "$package" 2>&1 |
    grep -v '^N:\|^running with root\|^warning: the authors' || true)
[ -z "$said" ] || stop "lintian says: $said"
dpkg-deb -x "$package" "$root"
ballast=$root/usr/bin/ballast
cd "$root"
unset BALLAST_HOME
"$ballast" list | grep '^fig7_idle_tax' >/dev/null || stop "the program does not find its experiments"
"$ballast" run sec62_admission --seed 1 --db "$root/a.db" --quiet
"$ballast" verify sec62_admission --db "$root/a.db" >"$root/verdicts" || stop "$(cat "$root/verdicts")"
[ "$(dpkg-deb -f "$package" Version | cut -d+ -f1)" = "$("$ballast" --version | awk 'NR == 1 { print $2 }')" ] ||
    stop "the package has another version than the program"
zcat usr/share/man/man1/ballast.1.gz | grep '^.SH COMMANDS' >/dev/null || stop "the manual page is not there"
bash -n usr/share/bash-completion/completions/ballast
grep -q '^#compdef ballast' usr/share/zsh/vendor-completions/_ballast || stop "zsh does not find its script"
for file in usr/lib/ballast/ballast-record.so usr/share/doc/ballast/copyright usr/share/doc/ballast/changelog.gz; do
    [ -s "$file" ] || stop "expected $file in the package, found none"
done
echo "deb: $(basename "$package") ($(du -k "$package" | cut -f1) KB, $(du -sk usr | cut -f1) KB installed) is clean and runs"
