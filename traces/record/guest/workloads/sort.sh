# Numbers from a seed: made, sorted, compressed, summed, again and again.
round=0
while :; do
    round=$((round + 1))
    awk -v seed="$((SEED * 1000 + round))" \
        'BEGIN { srand(seed); for (i = 0; i < 40000; i++) printf "%d %d\n", rand() * 1000000000, i }' >/tmp/numbers
    sort -n /tmp/numbers >/tmp/sorted
    gzip -c /tmp/sorted >/tmp/sorted.gz
    md5sum /tmp/sorted /tmp/sorted.gz >/tmp/sums
    sleep 1
done
