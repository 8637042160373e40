/*
 * The table of policies. To add one: write a file that defines a `const struct replay_policy
 * replay_NAME`, and add a row here.
 */
#include "ballast/replay/policies.h"

const struct replay_policy *const replay_policies[] = {
    &replay_lru,
    NULL,
};
