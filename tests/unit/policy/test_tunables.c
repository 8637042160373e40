/* The table of tunables: what the preset says, and what is refused. */
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

static uint32_t *field(struct mp_tunables *tunables, const struct mp_tunable_row *row)
{
    return (uint32_t *)(void *)((char *)tunables + row->offset);
}

static void tunables_preset__as_the_paper(void)
{
    struct mp_tunables tunables;
    mp_tunables_preset(&tunables);
    CHECK_EQ(tunables.idle_tax_bp, 7500);
    CHECK_EQ(tunables.sample_pages, 100);
    CHECK_EQ(tunables.sample_period_ms, 30000);
    CHECK_EQ(tunables.free_high_bp, 600);
    CHECK_EQ(tunables.free_soft_bp, 400);
    CHECK_EQ(tunables.free_hard_bp, 200);
    CHECK_EQ(tunables.free_low_bp, 100);
    CHECK_EQ(tunables.overhead_full_pages, 32 * FAKE_MB);
    CHECK(mp_tunables_check(&tunables) == NULL);
}

static void tunable_rows__one_for_each_field(void)
{
    CHECK_EQ(mp_tunable_row_count * sizeof(uint32_t), sizeof(struct mp_tunables));
    struct mp_tunables tunables, preset;
    memset(&tunables, 0xff, sizeof tunables);
    for (uint32_t i = 0; i < mp_tunable_row_count; i++) {
        const struct mp_tunable_row *row = &mp_tunable_rows[i];
        CHECK(row->name[0] && row->unit[0] && row->source[0]);
        CHECK(row->least <= row->preset && row->preset <= row->most);
        *field(&tunables, row) = row->preset;
    }
    mp_tunables_preset(&preset);
    CHECK(memcmp(&tunables, &preset, sizeof preset) == 0);
}

static void tunables_check__names_a_field_out_of_range(void)
{
    for (uint32_t i = 0; i < mp_tunable_row_count; i++) {
        const struct mp_tunable_row *row = &mp_tunable_rows[i];
        struct mp_tunables tunables;
        mp_tunables_preset(&tunables);
        *field(&tunables, row) = row->most + 1;
        CHECK_CONTAINS(mp_tunables_check(&tunables), row->name);
        if (row->least > 0) {
            *field(&tunables, row) = row->least - 1;
            CHECK_CONTAINS(mp_tunables_check(&tunables), row->name);
        }
    }
}

static void tunables_check__thresholds_in_order(void)
{
    static const struct {
        uint32_t high, soft, hard, low;
    } bad[] = {{400, 400, 200, 100}, {600, 200, 200, 100}, {600, 400, 100, 100}, {300, 400, 2, 1}};
    for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct mp_tunables tunables;
        mp_tunables_preset(&tunables);
        tunables.free_high_bp = bad[i].high;
        tunables.free_soft_bp = bad[i].soft;
        tunables.free_hard_bp = bad[i].hard;
        tunables.free_low_bp = bad[i].low;
        CHECK_CONTAINS(mp_tunables_check(&tunables), "free_");
    }
}

static void tunables_check__overhead_in_order(void)
{
    struct mp_tunables tunables;
    mp_tunables_preset(&tunables);
    tunables.overhead_start_pages = tunables.overhead_full_pages + 1;
    CHECK_CONTAINS(mp_tunables_check(&tunables), "overhead_");
}

TEST_SUITE(policy_tunables, TEST(tunables_preset__as_the_paper),
           TEST(tunable_rows__one_for_each_field), TEST(tunables_check__names_a_field_out_of_range),
           TEST(tunables_check__thresholds_in_order), TEST(tunables_check__overhead_in_order))
