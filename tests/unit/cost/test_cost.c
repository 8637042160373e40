/* Tests of models/cost/cost.c: the table of constants. */
#include "models/cost/cost.h"

#include "tests/check.h"

static void cpu_init__cycles_scale_with_the_clock(void)
{
    struct cost_cpu slow, fast;
    cost_cpu_init(&slow, 400, NULL);
    cost_cpu_init(&fast, 1600, NULL);
    CHECK_EQ(slow.touch_ns, 4 * fast.touch_ns);
    CHECK_EQ(slow.file_op_ns, 4 * fast.file_op_ns);
    CHECK_EQ(fast.mhz, 1600);
}

static void cpu_init__memory_costs_do_not_scale(void)
{
    struct cost_cpu slow, fast;
    cost_cpu_init(&slow, 400, NULL);
    cost_cpu_init(&fast, 1600, NULL);
    CHECK_EQ(slow.zero_ns, fast.zero_ns);
    CHECK_EQ(slow.user_copy_ns, fast.user_copy_ns);
}

static void cpu_init__default_clock_gives_the_calibrated_points(void)
{
    struct cost_cpu cpu;
    cost_cpu_init(&cpu, 0, NULL);
    CHECK_EQ(cpu.mhz, COST_DEFAULT_MHZ);
    CHECK_EQ(cpu.file_op_ns, 232000);
    CHECK_EQ(cpu.user_copy_ns, 30000);
}

static void cpu_init__rounds_to_the_nearest_nanosecond(void)
{
    struct cost_cpu cpu;
    cost_cpu_init(&cpu, 933, NULL);
    CHECK_EQ(cpu.touch_ns, 129); /* 128.6 */
}

static void cpu_init__takes_the_costs_of_the_run(void)
{
    struct cost_table table;
    struct cost_cpu preset, cpu;
    cost_table_preset(&table);
    CHECK(cost_table_check(&table) == NULL);
    table.fault *= 2;
    cost_cpu_init(&preset, 800, NULL);
    cost_cpu_init(&cpu, 800, &table);
    CHECK_EQ(cpu.fault_ns, 2 * preset.fault_ns);
    CHECK_EQ(cpu.touch_ns, preset.touch_ns);
    table.zram_page_bytes = 4097;
    CHECK(cost_table_check(&table) != NULL);
    table.zram_page_bytes = 4096;
    CHECK(cost_table_check(&table) == NULL);
    table.seek_average_ns = table.seek_least_ns - 1;
    CHECK(cost_table_check(&table) != NULL);
}

static void scale__what_a_page_costs_grows(void)
{
    struct cost_table one, many;
    cost_table_preset(&one);
    many = one;
    CHECK(cost_table_scale(&many, 16));
    CHECK_EQ(many.touch, 16 * one.touch);
    CHECK_EQ(many.zero, 16 * one.zero);
    CHECK_EQ(many.user_copy, 16 * one.user_copy);
    CHECK_EQ(many.transfer_bytes_s, one.transfer_bytes_s / 16);
    CHECK_EQ(many.disk_blocks, one.disk_blocks / 16);
    CHECK_EQ(many.file_op, one.file_op);
    CHECK_EQ(many.world_switch, one.world_switch);
    CHECK_EQ(many.seek_average_ns, one.seek_average_ns);
    CHECK(cost_table_scale(&one, 1));
    CHECK_EQ(16 * one.touch, many.touch);
}

static void scale__stays_within_the_range(void)
{
    struct cost_table table;
    cost_table_preset(&table);
    table.disk_blocks = 3;
    CHECK(cost_table_scale(&table, 4096));
    CHECK_EQ(table.disk_blocks, 1);
    cost_table_preset(&table);
    table.zero = UINT32_MAX / 4096 + 1;
    CHECK(!cost_table_scale(&table, 4096));
}

static void rows__each_has_a_unit_and_says_where_it_is_from(void)
{
    CHECK(cost_row_count > 15);
    for (uint32_t i = 0; i < cost_row_count; i++) {
        const struct cost_row *row = &cost_rows[i];
        CHECK(row->value > 0);
        CHECK(strlen(row->unit) > 0);
        CHECK(strlen(row->source) > 20);
        for (uint32_t k = 0; k < i; k++)
            CHECK(strcmp(row->name, cost_rows[k].name) != 0);
    }
}

TEST_SUITE(cost_cost, TEST(cpu_init__cycles_scale_with_the_clock),
           TEST(cpu_init__memory_costs_do_not_scale),
           TEST(cpu_init__default_clock_gives_the_calibrated_points),
           TEST(cpu_init__rounds_to_the_nearest_nanosecond),
           TEST(cpu_init__takes_the_costs_of_the_run), TEST(scale__what_a_page_costs_grows),
           TEST(scale__stays_within_the_range),
           TEST(rows__each_has_a_unit_and_says_where_it_is_from))
