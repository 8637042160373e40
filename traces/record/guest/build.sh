#!/bin/sh
# Builds a guest out of Debian packages, and keeps it for the next time: a kernel and, in one archive, busybox and
# the workloads. The same packages give the same bytes.
#
#     build.sh CACHE      prints two lines: the kernel, the archive
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$1
umask 022
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)

kernel=$(ls "$cache"/vmlinuz-* 2>/dev/null | head -n 1 || true)
if [ -z "$kernel" ]; then
    package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: *\(linux-image-.*\)/\1/p' | head -n 1)
    [ -n "$package" ] || { echo "no kernel package; run \`apt-get update\`" >&2; exit 1; }
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && apt-get download -q "$package" >/dev/null 2>&1) ||
        { echo "apt-get could not download $package" >&2; exit 1; }
    dpkg-deb -x "$work"/*.deb "$work/tree"
    mv "$work"/tree/boot/vmlinuz-* "$cache/"
    kernel=$(ls "$cache"/vmlinuz-* | head -n 1)
fi

tree=$(mktemp -d)
trap 'rm -rf "$tree" "${work:-}"' EXIT
mkdir "$tree/bin" "$tree/dev" "$tree/proc" "$tree/sys" "$tree/tmp"
cp /bin/busybox "$tree/bin/"
cp "$here/init" "$tree/"
cp -r "$here/workloads" "$tree/"
chmod 755 "$tree/init" "$tree/bin/busybox"
find "$tree" -exec touch -h -d @1700000000 {} +
(cd "$tree" && find . | LC_ALL=C sort | cpio -o -H newc --quiet --reproducible --owner 0:0) |
    gzip -9n >"$cache/guest.cpio.gz.new"
mv "$cache/guest.cpio.gz.new" "$cache/guest.cpio.gz"
echo "$kernel"
echo "$cache/guest.cpio.gz"
