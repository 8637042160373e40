/* Where the project's data are. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ballast/config/home.h"
#include "tests/check.h"

static struct sim_error error;

static void home__from_the_programs_own_place(void)
{
    char path[PATH_BYTES];
    unsetenv("BALLAST_HOME");
    CHECK_EQ(home_path(path, "experiments/presets/guest/bare.yaml", &error), SIM_OK);
    CHECK_EQ(access(path, R_OK), 0);
}

static void home__as_told(void)
{
    char path[PATH_BYTES];
    setenv("BALLAST_HOME", "/nonexistent", 1);
    CHECK_EQ(home_path(path, "x", &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "/nonexistent/experiments/presets: expected the folder");
    setenv("BALLAST_HOME", ".", 1);
    CHECK_EQ(home_path(path, "x", &error), SIM_OK);
    CHECK_TEXT(path, "./x");
    unsetenv("BALLAST_HOME");
}

static void home__experiments_in_order(void)
{
    struct home_names names;
    bool fig7 = false;
    CHECK_EQ(home_experiments(&names, &error), SIM_OK);
    for (uint32_t i = 0; i < names.count; i++) {
        fig7 |= strcmp(names.names[i], "fig7_idle_tax") == 0;
        CHECK(i == 0 || strcmp(names.names[i - 1], names.names[i]) < 0);
        CHECK(strcmp(names.names[i], "presets") != 0);
    }
    CHECK(fig7);
    home_names_fini(&names);
}

static void home__every_experiment_resolves(void)
{
    struct home_names names;
    CHECK_EQ(home_experiments(&names, &error), SIM_OK);
    for (uint32_t i = 0; i < names.count; i++) {
        struct config_file *file = NULL;
        struct experiment_config config;
        int status = home_config_load(names.names[i], &file, &error);
        uint32_t variants = status == SIM_OK ? config_file_variant_count(file) : 0;
        for (uint32_t k = 0; k < variants && status == SIM_OK; k++) {
            status = config_resolve(file, k, NULL, 0, &config, &error);
            if (status == SIM_OK)
                config_fini(&config);
        }
        if (!CHECK_EQ(status, SIM_OK))
            printf("\n    %s", error.text);
        config_file_free(file);
    }
    home_names_fini(&names);
}

static void home__experiment_by_name_or_file(void)
{
    struct config_file *file = NULL;
    CHECK_EQ(home_config_load("fig7_idle_tax", &file, &error), SIM_OK);
    config_file_free(file);
    CHECK_EQ(home_config_load("experiments/fig7_idle_tax/config.yaml", &file, &error), SIM_OK);
    config_file_free(file);
    CHECK_EQ(home_config_load("fig77", &file, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "expected the name of an experiment or a FILE.yaml, found 'fig77'");
    CHECK_EQ(home_config_load("none.yaml", &file, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "none.yaml");
}

static void home__makes_the_folders_above_a_file(void)
{
    char folder[] = "/tmp/ballast-home-XXXXXX", path[64];
    struct stat found;
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/a/b/c.svg", folder);
    CHECK_EQ(home_make_parents(path, &error), SIM_OK);
    CHECK_EQ(home_make_parents(path, &error), SIM_OK); /* there already */
    *strrchr(path, '/') = '\0';
    CHECK(stat(path, &found) == 0 && S_ISDIR(found.st_mode));
    CHECK_EQ(home_make_parents("/dev/null/x/y", &error), SIM_SYSTEM);
    rmdir(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    rmdir(folder);
}

TEST_SUITE(config_home, TEST(home__from_the_programs_own_place), TEST(home__as_told),
           TEST(home__experiments_in_order), TEST(home__every_experiment_resolves),
           TEST(home__experiment_by_name_or_file), TEST(home__makes_the_folders_above_a_file))
