/* The policies that there are, one file each. Internal to this folder. */
#ifndef REPLAY_POLICIES_H
#define REPLAY_POLICIES_H

#include "ballast/replay/policy.h"

extern const struct replay_policy replay_lru;

#endif
