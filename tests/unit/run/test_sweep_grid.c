/* The grid of a sweep: its order, its names, what is refused. */
#include "ballast/run/sweep.h"

#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static struct sweep_grid grid;
static struct sim_error error;

static bool alone;

static int make(const char *first, const char *second, uint32_t replicates)
{
    struct config_file *file;
    struct config_sets sets = {0}, varied = {0};
    if (first)
        config_sets_add(&varied, first, NULL);
    if (second)
        config_sets_add(&varied, second, NULL);
    config_sets_add(&sets, "seeds=2", NULL);
    CHECK_EQ(config_file_load("tests/unit/config/two_variants.yaml", "experiments/presets", &file,
                              &error),
             SIM_OK);
    const struct sweep_request request = {
        .file = file, .sets = &sets, .varied = &varied, .replicates = replicates, .alone = alone};
    int status = sweep_grid_make(&request, &grid, &error);
    config_file_free(file);
    return status;
}

static void grid__variants_and_seeds(void)
{
    CHECK_EQ(make(NULL, NULL, 1), SIM_OK);
    CHECK_EQ(grid.configs.count, 2);
    CHECK_EQ(grid.run_count, 4);
    CHECK_EQ(grid.runs[0].seed, 1);
    CHECK_EQ(grid.runs[1].seed, 2);
    CHECK(grid.runs[1].config == &grid.configs.at[0]);
    CHECK(grid.runs[2].config == &grid.configs.at[1]);
    CHECK(grid.runs[0].config_hash != grid.runs[2].config_hash);
    sweep_grid_fini(&grid);
    sweep_grid_fini(&grid);
}

static void grid__last_key_is_fastest(void)
{
    CHECK_EQ(make("policy.idle_tax=0,0.5", "sample_every_s=1,2,3", 3), SIM_OK);
    CHECK_EQ(grid.configs.count, 2 * 2 * 3);
    CHECK_EQ(grid.run_count, 12 * 2 * 3);
    CHECK_EQ(grid.configs.at[1].tunables.idle_tax_bp, 0);
    CHECK_NEAR(grid.configs.at[1].sample_every_s, 2, 0);
    CHECK_EQ(grid.configs.at[3].tunables.idle_tax_bp, 5000);
    CHECK_CONTAINS(grid.configs.at[3].variant, "policy.idle_tax=0.5,sample_every_s=1,seeds=2");
    CHECK_EQ(grid.runs[0].replicate, 0);
    CHECK_EQ(grid.runs[2].replicate, 2);
    CHECK_EQ(grid.runs[2].seed, 1);
    CHECK_EQ(grid.runs[3].seed, 2);
    sweep_grid_fini(&grid);
}

static void grid__vms_alone_follow_all_of_them(void)
{
    alone = true;
    CHECK_EQ(make("duration_s=10,20", NULL, 1), SIM_OK);
    alone = false;
    uint32_t vms = grid.configs.at[0].vm_count;
    CHECK(config_alone_vm(grid.configs.at[0].variant) == NULL);
    for (uint32_t i = 0; i < vms; i++) {
        const struct experiment_config *config = &grid.configs.at[1 + i];
        CHECK_EQ(config->vm_count, 1);
        CHECK_TEXT(config->vms[0].name, grid.configs.at[0].vms[i].name);
        CHECK_TEXT(config_alone_vm(config->variant), config->vms[0].name);
        CHECK_CONTAINS(config->variant, "duration_s=10,seeds=2,alone=");
    }
    CHECK_CONTAINS(grid.configs.at[1 + vms].variant, "duration_s=20,seeds=2");
    sweep_grid_fini(&grid);
}

static void grid__refuses_wrong_keys_and_values(void)
{
    CHECK_EQ(make("policy.idle_tax=0,7", NULL, 1), SIM_USAGE);
    CHECK_CONTAINS(error.text, "--vary policy.idle_tax: idle_tax: expected a number from 0");
    CHECK_EQ(make("policy.tax=0", NULL, 1), SIM_USAGE);
    CHECK_CONTAINS(error.text, "--vary policy.tax: expected a key of policy");
    CHECK_EQ(make("seeds", NULL, 1), SIM_USAGE);
    CHECK_CONTAINS(error.text,
                   "--vary: expected key=value,value,... or key=first:last:step, found 'seeds'");
    CHECK_EQ(make("seeds=", NULL, 1), SIM_USAGE);
    CHECK_EQ(make("seeds=10000", NULL, 1000), SIM_USAGE);
    CHECK_CONTAINS(error.text, "sweep: expected at most 1000000 runs");
    CHECK_EQ(grid.run_count, 0);
}

TEST_SUITE(run_sweep_grid, TEST(grid__variants_and_seeds), TEST(grid__last_key_is_fastest),
           TEST(grid__vms_alone_follow_all_of_them), TEST(grid__refuses_wrong_keys_and_values));
