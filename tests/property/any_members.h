/*
 * A governor, an estimator and a scanner that do at random what their seams allow. The library must
 * hold its promises whoever decides.
 */
#ifndef PROPERTY_ANY_MEMBERS_H
#define PROPERTY_ANY_MEMBERS_H

#include "models/policy/mp_estimator.h"
#include "models/policy/mp_governor.h"
#include "models/policy/mp_scanner.h"

extern const struct mp_governor any_governor;   /* orders what may be ordered, at any time */
extern const struct mp_estimator any_estimator; /* arms and disarms any pages */
extern const struct mp_scanner any_scanner;     /* tries any pages; one in four is no partner */

#endif
