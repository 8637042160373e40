# A round of each of the others, with pauses.
while :; do
    for workload in sort files anon idle; do
        timeout 15 sh /workloads/$workload.sh
        sleep 3
    done
done
