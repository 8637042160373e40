/*
 * The table of policies. To add one: write a file that defines a `const struct replay_policy
 * replay_NAME`, and add a row here.
 */
#include "ballast/replay/policies.h"

const struct replay_policy *const replay_policies[] = {
    &replay_lru,     &replay_clock,     &replay_fifo, &replay_random, &replay_esx,
    &replay_esx_lru, &replay_esx_clock, &replay_opt,  NULL,
};
