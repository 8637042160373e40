/*
 * An experiment's file, for every target of it: it goes through the whole loader. The configuration
 * that it resolves to is written as YAML again, which must resolve to the same.
 */
#include <stdlib.h>
#include <string.h>

#include "ballast/config/config.h"
#include "fuzz/fuzz.h"

#define PRESETS "experiments/presets"

static void count_param(void *context, const char *key, const char *value)
{
    FUZZ_CHECK(key[0] != '\0' && value != NULL);
    ++*(uint32_t *)context;
}

/* NULL if the file is refused. */
static char *resolve(const char *path, uint32_t variant, uint32_t *variants)
{
    struct experiment_config config;
    struct config_file *file = NULL;
    struct sim_error error = {0};
    uint32_t params = 0;
    char *yaml = NULL;

    if (!fuzz_accepted(config_file_load(path, PRESETS, &file, &error), &error))
        return NULL;
    *variants = config_file_variant_count(file);
    if (fuzz_accepted(config_resolve(file, variant, NULL, 0, &config, &error), &error)) {
        config_each_param(&config, count_param, &params);
        FUZZ_CHECK(params > 0);
        yaml = config_yaml(&config);
        config_fini(&config);
    }
    config_file_free(file);
    return yaml;
}

void fuzz_config(const uint8_t *bytes, size_t count)
{
    uint32_t variants = 1, none;

    for (uint32_t i = 0; i < variants && i < 4; i++) {
        char *yaml = resolve(fuzz_file(0, bytes, count), i, &variants);
        if (yaml == NULL)
            continue;
        char *again = resolve(fuzz_file(1, yaml, strlen(yaml)), 0, &none);
        FUZZ_CHECK(again != NULL && strcmp(yaml, again) == 0);
        free(again);
        free(yaml);
    }
}
