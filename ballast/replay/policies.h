/* The policies that there are, one file each. Internal to this folder. */
#ifndef REPLAY_POLICIES_H
#define REPLAY_POLICIES_H

#include "ballast/replay/policy.h"

extern const struct replay_policy replay_lru, replay_clock, replay_fifo, replay_random, replay_opt,
    replay_esx, replay_esx_lru, replay_esx_clock;

#endif
