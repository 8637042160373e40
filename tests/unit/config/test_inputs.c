/* The files that a configuration names, and the hash of both. */
#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/unit/config/config_text.h"
#include "tests/unit/traces/files.h"

static struct experiment_config config;
static struct sim_error error;

static bool resolve(const char *text, const char *set)
{
    bool ok = CHECK_EQ(config_text_resolve(text, 0, &set, set != NULL, &config, &error), SIM_OK);
    if (!ok)
        printf("\n    %s", error.text);
    return ok;
}

static uint64_t hash_with(const char *text, const char *set)
{
    uint64_t hash = 0;
    if (resolve(text, set)) {
        hash = config_hash(&config);
        config_fini(&config);
    }
    return hash;
}

static void config_hash__follows_every_value(void)
{
    static const char *const sets[] = {"vm.a.shares=641", "policy.idle_tax=0.51", "duration_s=61",
                                       "machine.hash_bits=63", "title=other"};
    uint64_t plain = hash_with(config_text_valid, NULL);
    for (unsigned i = 0; i < sizeof sets / sizeof sets[0]; i++)
        CHECK(hash_with(config_text_valid, sets[i]) != plain);
    CHECK_EQ(hash_with(config_text_valid, "policy.idle_tax=5e-1"), plain);
    CHECK_EQ(hash_with(config_text_valid, "vm.a.shares=640"), plain);
}

/* A recording as workload of the VM b, which is bare. */
static char *text_with_file(const char *path)
{
    char work[200];
    snprintf(work, sizeof work, "power_on_s: 5\n    workload:\n      trace: {file: %s}", path);
    return config_text_with(config_text_valid, "power_on_s: 5\n    workload:\n      idle: {}",
                            work);
}

static void config_hash__follows_the_contents_of_files(void)
{
    struct files files;
    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    char *text = text_with_file(path);
    file_put(path, (const uint8_t *)"one", 3);
    uint64_t first = hash_with(text, NULL);
    CHECK_EQ(hash_with(text, NULL), first);
    file_put(path, (const uint8_t *)"two", 3);
    uint64_t second = hash_with(text, NULL);
    CHECK(second != first);
    unlink(path);
    file_put(path, (const uint8_t *)"one", 3);
    CHECK_EQ(hash_with(text, NULL), first);
    free(text);
    files_fini(&files);
}

struct seen {
    uint32_t count;
    struct config_input last;
    char path[200];
};

static void take(void *context, const struct config_input *input)
{
    struct seen *seen = context;
    seen->count++;
    seen->last = *input;
    snprintf(seen->path, sizeof seen->path, "%s", input->path);
}

static void config_each_input__names_each_file_once(void)
{
    struct files files;
    struct seen seen = {0};
    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    char *text = text_with_file(path);
    file_put(path, (const uint8_t *)"", 0);
    if (resolve(text, NULL)) {
        config_each_input(&config, take, &seen);
        CHECK_EQ(seen.count, 1);
        CHECK_TEXT(seen.path, path);
        CHECK(seen.last.readable);
        CHECK_EQ(seen.last.bytes, 0);
        CHECK_EQ(seen.last.hash, UINT64_C(0xef46db3751d8e999)); /* XXH64 of nothing */
        unlink(path);
        config_each_input(&config, take, &seen);
        CHECK(!seen.last.readable);
        config_fini(&config);
    }
    free(text);
    seen.count = 0;
    if (resolve(config_text_valid, NULL)) {
        config_each_input(&config, take, &seen);
        CHECK_EQ(seen.count, 0);
        config_fini(&config);
    }
    files_fini(&files);
}

TEST_SUITE(config_inputs, TEST(config_hash__follows_every_value),
           TEST(config_hash__follows_the_contents_of_files),
           TEST(config_each_input__names_each_file_once))
