/*
 * The library's own members of each seam, by name. To add one, write its file and its line here.
 */
#include "mp_estimator.h"
#include "mp_governor.h"
#include "mp_internal.h"
#include "mp_scanner.h"

extern const struct mp_governor mp_governor_esx, mp_governor_static;

static const struct mp_governor *const governors[] = {&mp_governor_esx, &mp_governor_static};

extern const struct mp_estimator mp_estimator_esx, mp_estimator_resident;

static const struct mp_estimator *const estimators[] = {&mp_estimator_esx, &mp_estimator_resident};

extern const struct mp_scanner mp_scanner_esx, mp_scanner_sequential;

static const struct mp_scanner *const scanners[] = {&mp_scanner_esx, &mp_scanner_sequential};

static bool is_same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

const struct mp_governor *mp_governor_at(uint32_t index)
{
    return index < sizeof governors / sizeof governors[0] ? governors[index] : NULL;
}

const struct mp_governor *mp_governor_find(const char *name)
{
    for (uint32_t i = 0; mp_governor_at(i); i++) {
        if (is_same(mp_governor_at(i)->name, name))
            return mp_governor_at(i);
    }
    return NULL;
}

const struct mp_estimator *mp_estimator_at(uint32_t index)
{
    return index < sizeof estimators / sizeof estimators[0] ? estimators[index] : NULL;
}

const struct mp_estimator *mp_estimator_find(const char *name)
{
    for (uint32_t i = 0; mp_estimator_at(i); i++) {
        if (is_same(mp_estimator_at(i)->name, name))
            return mp_estimator_at(i);
    }
    return NULL;
}

const struct mp_scanner *mp_scanner_at(uint32_t index)
{
    return index < sizeof scanners / sizeof scanners[0] ? scanners[index] : NULL;
}

const struct mp_scanner *mp_scanner_find(const char *name)
{
    for (uint32_t i = 0; mp_scanner_at(i); i++) {
        if (is_same(mp_scanner_at(i)->name, name))
            return mp_scanner_at(i);
    }
    return NULL;
}

void mp_parameters_copy(const struct mp *mp, uint32_t *to, const struct mp_parameter *rows,
                        uint32_t count, const uint32_t *values)
{
    for (uint32_t i = 0; i < count; i++) {
        to[i] = values ? values[i] : rows[i].preset;
        mp_check(mp, rows[i].least <= to[i] && to[i] <= rows[i].most,
                 "a member's parameter is out of range");
    }
}
