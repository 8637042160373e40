/*
 * The library's own members of each seam, by name. To add one, write its file and its line here.
 */
#include "mp_estimator.h"
#include "mp_governor.h"
#include "mp_internal.h"
#include "mp_scanner.h"

extern const struct mp_governor mp_governor_esx, mp_governor_static;
extern const struct mp_governor mp_governor_host_swap, mp_governor_proxmox, mp_governor_mom;
extern const struct mp_governor mp_governor_squeezed, mp_governor_selfballoon;
extern const struct mp_governor mp_governor_senpai, mp_governor_tmo, mp_governor_damon_reclaim;
extern const struct mp_governor mp_governor_far_memory, mp_governor_hyperv_like;
extern const struct mp_governor mp_governor_esx_6;

static const struct mp_governor *const governors[] = {
    &mp_governor_esx,         &mp_governor_static,        &mp_governor_esx_6,
    &mp_governor_host_swap,   &mp_governor_proxmox,       &mp_governor_mom,
    &mp_governor_squeezed,    &mp_governor_selfballoon,   &mp_governor_senpai,
    &mp_governor_tmo,         &mp_governor_damon_reclaim, &mp_governor_far_memory,
    &mp_governor_hyperv_like,
};

extern const struct mp_estimator mp_estimator_esx, mp_estimator_resident, mp_estimator_idle;
extern const struct mp_estimator mp_estimator_guest_unused, mp_estimator_guest_available;
extern const struct mp_estimator mp_estimator_guest_committed, mp_estimator_psi, mp_estimator_truth;
extern const struct mp_estimator mp_estimator_damon, mp_estimator_shards, mp_estimator_aet;

static const struct mp_estimator *const estimators[] = {
    &mp_estimator_esx,          &mp_estimator_resident,        &mp_estimator_idle,
    &mp_estimator_damon,        &mp_estimator_shards,          &mp_estimator_aet,
    &mp_estimator_guest_unused, &mp_estimator_guest_available, &mp_estimator_guest_committed,
    &mp_estimator_psi,          &mp_estimator_truth,
};

extern const struct mp_scanner mp_scanner_esx, mp_scanner_sequential, mp_scanner_ksm;

static const struct mp_scanner *const scanners[] = {
    &mp_scanner_esx,
    &mp_scanner_sequential,
    &mp_scanner_ksm,
};

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

/* ---- Tables from outside ----------------------------------------------------------------- */

static bool is_name(const char *name)
{
    uint32_t length = 0;

    for (; name && name[length] && length < MP_MOST_NAME_BYTES; length++) {
        char c = name[length];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return length > 0 && length < MP_MOST_NAME_BYTES;
}

static const char *check_parameters(const struct mp_parameter *rows, uint32_t count)
{
    if (count > MP_MOST_PARAMETERS)
        return "more parameters than the most";
    if (count > 0 && !rows)
        return "a number of parameters without rows";
    for (uint32_t i = 0; i < count; i++) {
        if (!is_name(rows[i].name))
            return "a parameter whose name is not of small letters, digits, '-', '_'";
        if (!rows[i].unit || !rows[i].source)
            return "a parameter without a unit or a source";
        if (rows[i].preset < rows[i].least || rows[i].preset > rows[i].most)
            return "a parameter whose preset is outside of its range";
        for (uint32_t j = 0; j < i; j++) {
            if (is_same(rows[i].name, rows[j].name))
                return "two parameters of one name";
        }
    }
    return NULL;
}

const char *mp_governor_check(const struct mp_governor *governor)
{
    if (!is_name(governor->name))
        return "a name that is not of small letters, digits, '-', '_'";
    if (!governor->summary)
        return "no summary";
    if (!governor->tick)
        return "no function tick";
    return check_parameters(governor->parameters, governor->parameter_count);
}

/* ---- Values ------------------------------------------------------------------------------ */

void mp_parameters_copy(const struct mp *mp, uint32_t *to, const struct mp_parameter *rows,
                        uint32_t count, const uint32_t *values)
{
    for (uint32_t i = 0; i < count; i++) {
        to[i] = values ? values[i] : rows[i].preset;
        mp_check(mp, rows[i].least <= to[i] && to[i] <= rows[i].most,
                 "a member's parameter is out of range");
    }
}
