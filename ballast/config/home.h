/*
 * Where the project's data are: experiments, presets, scripts of figures.
 *
 * The home is the folder in the environment variable BALLAST_HOME; else share/ballast beside the
 * bin/ of an installed program; else the checkout in which the program was built.
 */
#ifndef CONFIG_HOME_H
#define CONFIG_HOME_H

#include <stdint.h>

#include "ballast/config/config.h"
#include "sim/error.h"

#define PATH_BYTES 4096u

/* The path of something in the home, such as "plots/style.gp", into `path` of PATH_BYTES. */
int home_path(char *path, const char *inside, struct sim_error *error);

/* The path of the file behind EXPERIMENT or FILE.yaml, as the user names it, into `path` of
 * PATH_BYTES. */
int home_config_path(char *path, const char *name, struct sim_error *error);
/* Loads that file. */
int home_config_load(const char *name, struct config_file **out, struct sim_error *error);

/* The experiments of the project, by name, in alphabetical order. */
struct home_names {
    char (*names)[CONFIG_NAME_BYTES];
    uint32_t count;
};
int home_experiments(struct home_names *names, struct sim_error *error);
void home_names_fini(struct home_names *names);

/* Makes the folders above `path`. */
int home_make_parents(const char *path, struct sim_error *error);

#endif
