/*
 * The table of estimators. To add one: write a file that defines a `const struct replay_estimator
 * replay_NAME`, and add a row here.
 */
#include "ballast/replay/estimators.h"

const struct replay_estimator *const replay_estimators[] = {
    &replay_exact,
    &replay_shards,
    &replay_aet,
    NULL,
};
