"""The hold model on SimPy: prints million events per second of CPU time.

    hold_simpy.py PENDING EVENTS
"""
import random
import sys
import time

import simpy

pending, events = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(7)
env = simpy.Environment()
left = events


def hold():
    global left
    while left > 0:
        yield env.timeout(rng.expovariate(1.0))
        left -= 1


for _ in range(pending):
    env.process(hold())
while env.peek() <= 0:  # all processes begin
    env.step()
began = time.process_time()
while left > 0:
    env.step()
print("%.3f" % (events / 1e6 / (time.process_time() - began)))
