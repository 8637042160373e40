/*
 * The table of tunables: names, presets and ranges, all made from mp_tunables.def.
 */
#include "mp.h"

const struct mp_tunable_row mp_tunable_rows[] = {
#define MP_TUNABLE(name, unit, preset, least, most, source)                                        \
    {#name, unit, source, preset, least, most, offsetof(struct mp_tunables, name)},
#include "mp_tunables.def"
#undef MP_TUNABLE
};

const uint32_t mp_tunable_row_count = sizeof(mp_tunable_rows) / sizeof(mp_tunable_rows[0]);

void mp_tunables_preset(struct mp_tunables *tunables)
{
    *tunables = (struct mp_tunables){
#define MP_TUNABLE(name, unit, preset, least, most, source) .name = preset,
#include "mp_tunables.def"
#undef MP_TUNABLE
    };
}

/* Through 64 bits, so that a least value of 0 draws no warning. */
static bool is_within(int64_t value, int64_t least, int64_t most)
{
    return least <= value && value <= most;
}

const char *mp_tunables_check(const struct mp_tunables *tunables)
{
#define MP_TUNABLE(name, unit, preset, least, most, source)                                        \
    if (!is_within(tunables->name, least, most))                                                   \
        return #name " must be from " #least " to " #most " " unit;
#include "mp_tunables.def"
#undef MP_TUNABLE

    if (tunables->free_low_bp >= tunables->free_hard_bp)
        return "free_low_bp must be below free_hard_bp";
    if (tunables->free_hard_bp >= tunables->free_soft_bp)
        return "free_hard_bp must be below free_soft_bp";
    if (tunables->free_soft_bp >= tunables->free_high_bp)
        return "free_soft_bp must be below free_high_bp";
    if (tunables->overhead_start_pages > tunables->overhead_full_pages)
        return "overhead_start_pages must be at most overhead_full_pages";
    return NULL;
}
