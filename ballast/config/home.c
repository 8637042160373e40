/*
 * Finds the project's data from wherever the program is started.
 */
#include "ballast/config/home.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ballast/config/layers.h"
#include "sim/memory.h"
#include "sim/nearest.h"

static void folder_up(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash != NULL)
        *slash = '\0';
}

static bool is_home(const char *home, char presets[PATH_BYTES + 32])
{
    snprintf(presets, PATH_BYTES + 32, "%s/experiments/presets", home);
    return access(presets, R_OK) == 0;
}

static int home_find(char *home, struct sim_error *error)
{
    const char *told = getenv("BALLAST_HOME");
    char presets[PATH_BYTES + 32], program[PATH_BYTES];
    if (told != NULL && *told != '\0') {
        snprintf(home, PATH_BYTES, "%s", told);
    } else {
        ssize_t length = readlink("/proc/self/exe", program, PATH_BYTES - 1);
        program[length > 0 ? length : 0] = '\0';
        folder_up(program);
        folder_up(program);
        snprintf(home, PATH_BYTES, "%.4000s/share/ballast", program); /* PREFIX/bin/ballast */
        if (is_home(home, presets))
            return SIM_OK;
        snprintf(home, PATH_BYTES, "%s", program); /* HOME/build/plain/ballast */
        folder_up(home);
    }
    if (is_home(home, presets))
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE,
                         "%s: expected the folder of experiments, found none; set BALLAST_HOME",
                         presets);
}

int home_path(char *path, const char *inside, struct sim_error *error)
{
    char home[PATH_BYTES];
    int status = home_find(home, error);
    if (status != SIM_OK)
        return status;
    int length = snprintf(path, PATH_BYTES, "%s/%s", home, inside);
    return length > 0 && (size_t)length < PATH_BYTES
               ? SIM_OK
               : sim_error_set(error, SIM_USAGE, "%s: expected a shorter path", inside);
}

static bool is_file_name(const char *name)
{
    size_t length = strlen(name);
    return strchr(name, '/') != NULL || (length > 5 && strcmp(name + length - 5, ".yaml") == 0) ||
           (length > 4 && strcmp(name + length - 4, ".yml") == 0);
}

static int refuse_experiment(const char *name, struct sim_error *error)
{
    char hint[SIM_HINT_BYTES];
    struct sim_nearest nearest;
    struct home_names all;
    int status = home_experiments(&all, error);
    if (status != SIM_OK)
        return status;
    sim_nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < all.count; i++)
        sim_nearest_offer(&nearest, all.names[i]);
    status = sim_error_set(error, SIM_USAGE,
                           "expected the name of an experiment or a FILE.yaml, found '%s'%s; "
                           "`ballast list` shows the experiments",
                           name, sim_nearest_hint(hint, nearest.best));
    home_names_fini(&all);
    return status;
}

int home_config_path(char *path, const char *name, struct sim_error *error)
{
    char inside[PATH_BYTES];
    if (is_file_name(name)) {
        int length = snprintf(path, PATH_BYTES, "%s", name);
        return length < (int)PATH_BYTES
                   ? SIM_OK
                   : sim_error_set(error, SIM_USAGE, "%.100s...: expected a shorter path", name);
    }
    int length = snprintf(inside, sizeof inside, "experiments/%s/config.yaml", name);
    int status = length < (int)sizeof inside ? home_path(path, inside, error) : SIM_OK;
    if (status != SIM_OK)
        return status;
    return length >= (int)sizeof inside || access(path, F_OK) != 0 ? refuse_experiment(name, error)
                                                                   : SIM_OK;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* A copy of one of the project's experiments needs a name of its own. Else its runs would take the
 * places of the original's, and would be judged as the paper's. */
static int name_check(const struct config_file *file, struct sim_error *error)
{
    const struct sim_value *name = &file->top.at[sim_row_find(&config_top_section, "name")];
    char inside[PATH_BYTES], shipped[PATH_BYTES];
    if (name->text == NULL || strchr(name->text, '/') != NULL)
        return SIM_OK; /* refused later */
    snprintf(inside, sizeof inside, "experiments/%.200s/config.yaml", name->text);
    int status = home_path(shipped, inside, error);
    if (status != SIM_OK || access(shipped, F_OK) != 0 || is_same_file(shipped, file->path))
        return status;
    return sim_error_set(error, SIM_USAGE,
                         "%s: name: expected a name of its own, found '%s', which is that of %s",
                         name->origin, name->text, shipped);
}

int home_config_load(const char *name, struct config_file **out, struct sim_error *error)
{
    char presets[PATH_BYTES], path[PATH_BYTES];
    int status = home_path(presets, "experiments/presets", error);
    if (status == SIM_OK)
        status = home_config_path(path, name, error);
    if (status == SIM_OK)
        status = config_file_load(path, presets, out, error);
    if (status == SIM_OK && (status = name_check(*out, error)) != SIM_OK) {
        config_file_free(*out);
        *out = NULL;
    }
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

int home_experiments(struct home_names *names, struct sim_error *error)
{
    char folder[PATH_BYTES];
    *names = (struct home_names){0};
    int status = home_path(folder, "experiments", error);
    if (status != SIM_OK)
        return status;
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return sim_error_set(error, SIM_SYSTEM, "%s: %s", folder, strerror(errno));
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char config[PATH_BYTES + 300];
        size_t length = strlen(entry->d_name);
        snprintf(config, sizeof config, "%s/%s/config.yaml", folder, entry->d_name);
        if (length >= CONFIG_NAME_BYTES || access(config, F_OK) != 0)
            continue;
        names->names =
            sim_memory_need(realloc(names->names, (names->count + 1) * sizeof *names->names));
        memcpy(names->names[names->count++], entry->d_name, length + 1);
    }
    closedir(dir);
    if (names->count > 0)
        qsort(names->names, names->count, sizeof *names->names, by_name);
    return SIM_OK;
}

void home_names_fini(struct home_names *names)
{
    free(names->names);
    *names = (struct home_names){0};
}

int home_make_parents(const char *path, struct sim_error *error)
{
    char folder[PATH_BYTES];
    snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST)
            return sim_error_set(error, SIM_SYSTEM, "%s: expected a folder that can be made: %s",
                                 folder, strerror(errno));
        *slash = '/';
    }
    return SIM_OK;
}
