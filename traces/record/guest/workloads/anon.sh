# A process whose memory grows and shrinks in steps, and which touches all of it in each.
while :; do
    for megabytes in 4 16 32 8 24; do
        awk -v megabytes="$megabytes" -v seed="$SEED" 'BEGIN {
            srand(seed)
            line = sprintf("%01023d", 0)
            for (i = 0; i < megabytes * 1024; i++) memory[i] = line int(rand() * 10)
            for (round = 0; round < 3; round++)
                for (i = 0; i < megabytes * 1024; i++) sum += length(memory[i])
            print sum }' >/tmp/sum
        sleep 2
    done
done
