/* The tables of keys. */
#include "ballast/config/rows.h"

#include "tests/check.h"

static void config_rows__policy_has_every_tunable_by_a_plain_name(void)
{
    const struct sim_section *policy = config_policy_section();
    CHECK_EQ(policy->count, mp_tunable_row_count);
    CHECK(sim_row_find(policy, "idle_tax") >= 0);
    CHECK(sim_row_find(policy, "idle_tax_bp") < 0);
    CHECK(sim_row_find(policy, "sample_pages") >= 0);
    CHECK_NEAR(policy->rows[sim_row_find(policy, "idle_tax")].most, 0.99, 1e-12);
}

/* The rows spell the names of guest OSes; the catalog owns them. */
static void config_rows__every_guest_os_has_its_name(void)
{
    const struct sim_row *row =
        &config_guest_section.rows[sim_row_find(&config_guest_section, "os")];
    for (uint32_t os = 0; os < GUEST_OS_COUNT; os++) {
        struct config_guest guest = {.os = (enum guest_os)os};
        char name[SIM_ROW_TEXT_BYTES];
        CHECK(sim_row_print(row, &guest, name));
        CHECK_TEXT(name, guest_os_name((enum guest_os)os));
    }
}

TEST_SUITE(config_rows, TEST(config_rows__policy_has_every_tunable_by_a_plain_name),
           TEST(config_rows__every_guest_os_has_its_name))
