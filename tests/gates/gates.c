/*
 *     gates               lists the names and operations of all gates
 *     gates NAME          does the work of one; callgrind counts within gate_run()
 */
#include "tests/gates/gates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct gate *const gates[] = {&gate_event,         &gate_event_few, &gate_touch,
                                           &gate_touch_reclaim, &gate_scan,      &gate_governor};
#define GATES (sizeof gates / sizeof *gates)

uint64_t gate_random(void)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

void gate_check(int ok)
{
    if (!ok)
        abort();
}

void gate_run(const struct gate *gate);

__attribute__((noinline)) void gate_run(const struct gate *gate)
{
    gate->run();
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < GATES; i++) {
        if (argc < 2) {
            printf("%s\t%llu\n", gates[i]->name, (unsigned long long)gates[i]->operations);
        } else if (strcmp(argv[1], gates[i]->name) == 0) {
            gates[i]->prepare();
            gate_run(gates[i]);
            return 0;
        }
    }
    return argc < 2 ? 0 : 2;
}
