# A tree of files that is written, copied, read and removed: the page cache.
round=0
while :; do
    round=$((round + 1))
    mkdir -p /tmp/tree
    for file in 1 2 3 4 5 6 7 8 9 10 11 12; do
        awk -v seed="$((SEED * 100000 + round * 100 + file))" \
            'BEGIN { srand(seed); for (i = 0; i < 12000; i++) printf "%08x", rand() * 4294967295 }' >/tmp/tree/$file
    done
    cp -r /tmp/tree /tmp/copy
    tar cf /tmp/tree.tar -C /tmp tree
    md5sum /tmp/tree/* /tmp/copy/* >/tmp/sums
    grep -c f00d /tmp/tree.tar >/tmp/found
    rm -rf /tmp/copy
    sleep 1
done
