/* The estimators that there are, one file each. Internal to this folder. */
#ifndef REPLAY_ESTIMATORS_H
#define REPLAY_ESTIMATORS_H

#include "ballast/replay/estimator.h"

extern const struct replay_estimator replay_exact, replay_shards, replay_aet;

#endif
