/* The option --set, one in each line, on an experiment that is valid. */
#include <stdlib.h>
#include <string.h>

#include "ballast/config/config.h"
#include "fuzz/targets.h"

enum { SETS_MOST = 8 };

void fuzz_config_set(const uint8_t *bytes, size_t count)
{
    static struct config_file *file;
    struct experiment_config config;
    struct sim_error error = {0};
    const char *sets[SETS_MOST];
    uint32_t set_count = 0;
    char *text = fuzz_text(bytes, count), *rest = text;

    if (file == NULL)
        FUZZ_CHECK(config_file_load("tests/cli/small.yaml", "experiments/presets", &file, &error) ==
                   SIM_OK);
    while (rest != NULL && set_count < SETS_MOST)
        sets[set_count++] = strsep(&rest, "\n");
    if (fuzz_accepted(config_resolve(file, 0, sets, set_count, &config, &error), &error)) {
        free(config_yaml(&config));
        config_fini(&config);
    }
    free(text);
}
