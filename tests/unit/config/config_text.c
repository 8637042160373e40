#include "tests/unit/config/config_text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char config_text_valid[] = "name: small\n"
                                 "title: \"A small one\"\n"
                                 "# line 3\n"
                                 "duration_s: 60\n"
                                 "seeds: 2\n"
                                 "machine:\n"
                                 "  memory_mb: 128\n"
                                 "  hypervisor_mb: 8\n"
                                 "  swap_mb: 64\n"
                                 "  cpus: 2\n"
                                 "  cpu_mhz: 800\n"
                                 "policy: {idle_tax: 0.5}\n"
                                 "vms:\n"
                                 "  - name: a\n"
                                 "    guest: linux-2.4\n"
                                 "    memory_mb: 64\n"
                                 "    min_mb: 32\n"
                                 "    boot:\n"
                                 "      early_mb: 8\n"
                                 "      services_mb: 8\n"
                                 "    workload:\n"
                                 "      idle: {}\n"
                                 "  - name: b\n"
                                 "    guest: bare\n"
                                 "    memory_mb: 32\n"
                                 "    min_mb: 16\n"
                                 "    shares: 77\n"
                                 "    power_on_s: 5\n"
                                 "    workload:\n"
                                 "      idle: {}\n"
                                 "schedule:\n"
                                 "  - at_s: 30\n"
                                 "    set: policy.idle_tax\n"
                                 "    value: 0.75\n"
                                 "variants:\n"
                                 "  - set: [policy.sample_pages=50]\n"
                                 "  - name: one\n"
                                 "    set:\n"
                                 "      - vms=1\n"
                                 "      - duration_s=30\n";

char *config_text_with(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    char *changed = NULL;
    assert(at != NULL);
    int length = asprintf(&changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    assert(length >= 0);
    return changed;
}

int config_text_resolve(const char *text, uint32_t variant, const char *const *sets,
                        uint32_t set_count, struct experiment_config *config,
                        struct sim_error *error)
{
    char folder[] = "/tmp/ballast-config-XXXXXX", path[64];
    struct config_file *file = NULL;
    const char *made = mkdtemp(folder);
    assert(made != NULL);
    snprintf(path, sizeof path, "%s/exp.yaml", folder);
    FILE *out = fopen(path, "w");
    assert(out != NULL);
    fputs(text, out);
    fclose(out);
    int status = config_file_load(path, "experiments/presets", &file, error);
    if (status == SIM_OK)
        status = config_resolve(file, variant, sets, set_count, config, error);
    config_file_free(file);
    unlink(path);
    rmdir(folder);
    return status;
}

static const char *error_of(const char *text, const char *const *sets, uint32_t set_count)
{
    static char kept[1000];
    struct sim_error error = {0};
    struct experiment_config config;
    int status = config_text_resolve(text, 0, sets, set_count, &config, &error);
    if (status == SIM_OK)
        config_fini(&config);
    const char *name = strstr(error.text, "exp.yaml");
    snprintf(kept, sizeof kept, "%s", name != NULL ? name : error.text);
    return status == SIM_OK ? "" : status == SIM_USAGE ? kept : "another status";
}

const char *config_text_error(const char *from, const char *to)
{
    char *text = config_text_with(config_text_valid, from, to);
    const char *result = error_of(text, NULL, 0);
    free(text);
    return result;
}

const char *config_text_set_error(const char *set)
{
    return error_of(config_text_valid, &set, 1);
}
