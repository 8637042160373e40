/*
 * The same seed gives the same rows, bit for bit; another seed gives others. Run from the project's
 * root, as `make test` does.
 */
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

#include "ballast/config/config.h"
#include "ballast/results/results.h"
#include "ballast/run/run.h"
#include "tests/check.h"

struct digest {
    XXH64_hash_t hash;
    uint64_t rows;
};

static bool digest_row(void *context, const struct results_value *values, uint32_t count)
{
    struct digest *digest = context;
    for (uint32_t i = 0; i < count; i++)
        digest->hash = XXH64(values[i].text, strlen(values[i].text) + 1, digest->hash);
    digest->rows++;
    return true;
}

static struct digest digest_of(const char *db_path)
{
    static const char *const queries[] = {
        "SELECT t_s, vm, metric, printf('%!.17g', value) FROM series ORDER BY t_s, vm, metric",
        "SELECT vm, metric, printf('%!.17g', value), unit FROM result ORDER BY rowid",
        "SELECT t_s, vm, kind, detail FROM event ORDER BY rowid",
        "SELECT t_s, vm, reason, active_mb, target_mb, alloc_mb, price FROM decision",
    };
    struct digest digest = {0};
    struct sim_error error = {0};
    struct results *db = NULL;
    if (!CHECK_EQ(results_open(db_path, RESULTS_READ, &db, &error), SIM_OK))
        return digest;
    for (unsigned i = 0; i < sizeof queries / sizeof queries[0]; i++)
        CHECK_EQ(results_query(db, queries[i], NULL, 0, digest_row, &digest, &error), SIM_OK);
    results_close(db, &error);
    return digest;
}

static struct digest run(const char *experiment, const char *const *sets, uint32_t set_count,
                         uint64_t seed)
{
    char path[] = "/tmp/ballast-repeat-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    close(fd);
    struct sim_error error = {0};
    struct config_file *file = NULL;
    struct experiment_config config;
    struct results *db = NULL;
    struct digest digest = {0};
    if (CHECK_EQ(config_file_load(experiment, "experiments/presets", &file, &error), SIM_OK) &&
        CHECK_EQ(config_resolve(file, 0, sets, set_count, &config, &error), SIM_OK)) {
        if (CHECK_EQ(results_open(path, RESULTS_WRITE, &db, &error), SIM_OK)) {
            struct run_options options = {.seed = seed, .quiet = true};
            CHECK_EQ(run_experiment(&config, &options, db, &error), SIM_OK);
            CHECK_EQ(results_close(db, &error), SIM_OK);
            digest = digest_of(path);
        }
        config_fini(&config);
    }
    if (error.text[0])
        printf("\n    %s", error.text);
    config_file_free(file);
    unlink(path);
    return digest;
}

static void repeat_check(const char *experiment, const char *const *sets, uint32_t set_count)
{
    struct digest first = run(experiment, sets, set_count, 3);
    struct digest again = run(experiment, sets, set_count, 3);
    struct digest other = run(experiment, sets, set_count, 4);
    CHECK(first.rows > 100);
    CHECK_EQ(first.rows, again.rows);
    CHECK_EQ(first.hash, again.hash);
    CHECK(first.hash != other.hash);
}

static void repeat__figure_7(void)
{
    static const char *const sets[] = {"duration_s=700"};
    repeat_check("experiments/fig7_idle_tax/config.yaml", sets, 1);
}

static void repeat__recorded_vms(void)
{
    static const char *const sets[] = {"duration_s=240"};
    repeat_check("experiments/replay_recorded/config.yaml", sets, 1);
}

static void repeat__device_io(void)
{
    static const char *const sets[] = {"duration_s=20", "policy.remap_enabled=1",
                                       "policy.remap_return=2", "machine.low_mb=61.8",
                                       "vm.network_few.device_io.start_s=5"};
    repeat_check("experiments/sec7_io_remap/config.yaml", sets, 5);
}

TEST_SUITE(repeat, TEST(repeat__figure_7), TEST(repeat__recorded_vms), TEST(repeat__device_io))
