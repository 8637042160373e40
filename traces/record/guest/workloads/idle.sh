# Nothing but what the system does by itself, and a look at the clock once a second.
while :; do
    date >/tmp/now
    sleep 1
done
