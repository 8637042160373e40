/*
 * The files that a configuration names, and the hash of configuration and files together.
 *
 * The hazard is time: a sweep resolves thousands of configurations that name the same recording of
 * many gigabytes. A file is read again only if its size, its time of change or its place on the
 * disk are others than when it was last read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "ballast/config/rows.h"
#include "sim/file.h"
#include "sim/memory.h"

/* ---- The contents of a file --------------------------------------------------------------- */

#define KNOWN_MOST 64u

struct known {
    dev_t device;
    ino_t inode;
    off_t bytes;
    struct timespec changed, modified;
    uint64_t hash;
};

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_known(const struct known *known, const struct stat *found)
{
    return known->inode == found->st_ino && known->device == found->st_dev &&
           known->bytes == found->st_size && same_time(known->changed, found->st_ctim) &&
           same_time(known->modified, found->st_mtim);
}

static bool contents_hash(FILE *file, uint64_t *hash, uint64_t *bytes)
{
    static char part[1 << 16];
    XXH64_state_t *state = sim_memory_need(XXH64_createState());
    XXH64_reset(state, 0);
    *bytes = 0;
    for (size_t count; (count = fread(part, 1, sizeof part, file)) > 0; *bytes += count)
        XXH64_update(state, part, count);
    *hash = XXH64_digest(state);
    XXH64_freeState(state);
    return !ferror(file);
}

/* A pipe or a device has no contents that would be there again. */
static void input_read(struct config_input *input)
{
    static struct known table[KNOWN_MOST];
    static uint32_t next;
    struct stat found;
    const char *problem;
    if (stat(input->path, &found) != 0 || !S_ISREG(found.st_mode))
        return;
    for (uint32_t i = 0; i < KNOWN_MOST; i++) {
        if (is_known(&table[i], &found)) {
            input->readable = true;
            input->hash = table[i].hash;
            input->bytes = (uint64_t)found.st_size;
            return;
        }
    }
    FILE *file = sim_file_open_stream(input->path, &problem);
    if (file == NULL)
        return;
    input->readable = contents_hash(file, &input->hash, &input->bytes);
    fclose(file);
    if (input->readable)
        table[next++ % KNOWN_MOST] = (struct known){found.st_dev,  found.st_ino,  found.st_size,
                                                    found.st_ctim, found.st_mtim, input->hash};
}

/* ---- Which files -------------------------------------------------------------------------- */

struct paths {
    struct sim_memory memory;
    const char **at;
    uint32_t count, capacity;
};

static void path_add(struct paths *paths, const struct experiment_config *config, const char *name)
{
    if (name == NULL || name[0] == '\0')
        return;
    const char *path =
        name[0] == '/' ? name : sim_memory_text(&paths->memory, "%s/%s", config->base_dir, name);
    for (uint32_t i = 0; i < paths->count; i++)
        if (strcmp(paths->at[i], path) == 0)
            return;
    if (paths->count == paths->capacity) {
        uint32_t capacity = 2 * paths->capacity + 8;
        const char **grown = sim_memory_get(&paths->memory, capacity * sizeof *grown);
        if (paths->count > 0)
            memcpy(grown, paths->at, paths->count * sizeof *grown);
        paths->at = grown;
        paths->capacity = capacity;
    }
    paths->at[paths->count++] = path;
}

static void section_paths(struct paths *paths, const struct experiment_config *config,
                          const struct sim_section *section, const void *base)
{
    for (uint32_t i = 0; i < section->count; i++)
        if (section->rows[i].type == SIM_ROW_FILE)
            path_add(
                paths, config,
                *(const char *const *)(const void *)((const char *)base + section->rows[i].offset));
}

void config_each_input(const struct experiment_config *config,
                       void (*take)(void *context, const struct config_input *input), void *context)
{
    struct paths paths = {0};
    for (uint32_t i = 0; i < CONFIG_PARTS; i++)
        section_paths(&paths, config, config_parts[i].section(),
                      (const char *)config + config_parts[i].offset);
    for (uint32_t i = 0; i < config->chosen_count; i++)
        path_add(&paths, config, config->chosen[i].object);
    for (uint32_t i = 0; i < config->vm_count; i++) {
        const struct config_workload *workload = &config->vms[i].workload;
        section_paths(&paths, config, &workload->row->keys, workload->config);
    }
    for (uint32_t i = 0; i < paths.count; i++) {
        struct config_input input = {.path = paths.at[i]};
        input_read(&input);
        take(context, &input);
    }
    sim_memory_free(&paths.memory);
}

/* ---- The hash ----------------------------------------------------------------------------- */

/* The path is in the YAML already, as the configuration gives it. Where the configuration itself
 * lies does not matter. */
static void hash_input(void *context, const struct config_input *input)
{
    XXH64_state_t *state = context;
    XXH64_update(state, &input->readable, sizeof input->readable);
    XXH64_update(state, &input->bytes, sizeof input->bytes);
    XXH64_update(state, &input->hash, sizeof input->hash);
}

uint64_t config_hash(const struct experiment_config *config)
{
    XXH64_state_t *state = sim_memory_need(XXH64_createState());
    char *yaml = config_yaml(config);
    XXH64_reset(state, 0);
    XXH64_update(state, yaml, strlen(yaml));
    config_each_input(config, hash_input, state);
    uint64_t hash = XXH64_digest(state);
    XXH64_freeState(state);
    free(yaml);
    return hash;
}
