/*
 * The kinds of events that spoil a run.
 */
#include "ballast/results/event_kinds.h"

#include <stddef.h>
#include <string.h>

const struct event_kind event_kinds[EVENT_KINDS] = {
    {"refused", "refused", "was refused"},
    {"oom_kill", "killed", "ran out of memory and killed a process"},
};

const struct event_kind *event_kind_find(const char *name)
{
    for (uint32_t i = 0; i < EVENT_KINDS; i++)
        if (strcmp(event_kinds[i].name, name) == 0)
            return &event_kinds[i];
    return NULL;
}
