/* Which figure is drawn, and over which runs. The experiment has the variants `first` and `second`.
 */
#include "ballast/report/choice.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"

#define FILE_NAME "tests/unit/config/two_variants.yaml"

static const struct config_sets no_sets;
static struct results *db;
static struct sim_error error;

static void run_add(const char *variant, uint64_t seed)
{
    int64_t run_id;
    struct results_run run = {
        .experiment = "two", .variant = variant, .version = "test", .seed = seed, .config = ""};
    CHECK_EQ(results_run_begin(db, &run, &run_id, &error), SIM_OK);
    results_param(db, run_id, "vm.a.name", "a", &error);
    results_result(db, run_id, "a", "throughput", 1, "MB/s", &error);
    CHECK_EQ(results_run_end(db, run_id, true, 1, 1, &error), SIM_OK);
}

static bool take_row(void *context, const struct results_value *values, uint32_t count)
{
    char *text = context;
    snprintf(text + strlen(text), 1000 - strlen(text), "[%s %s]", values[0].text,
             count > 1 ? values[1].text : "");
    return true;
}

/* "variant seed" of the chosen runs, or the message where there is an error. */
static struct figure choose(const char *operand, struct figure_wish wish, char text[1000])
{
    struct figure figure;
    bool found;
    text[0] = '\0';
    wish.sets = &no_sets;
    error = (struct sim_error){0};
    setenv("BALLAST_HOME", ".", 1);
    if (figure_choose(&figure, db, "memory", operand, &wish, &found, &error) != SIM_OK)
        snprintf(text, 1000, "%s", error.text);
    else if (found)
        results_query(db, "SELECT variant, seed FROM chosen ORDER BY run_id", NULL, 0, take_row,
                      text, &error);
    unsetenv("BALLAST_HOME");
    return figure;
}

static void runs_make(void)
{
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
    run_add("first", 2);
    run_add("first", 7);
    run_add("first,policy.idle_tax=0.5", 2);
    run_add("first,alone=a", 2);
}

static void choice__is_a_sweep_where_there_are_variants(void)
{
    char text[1000];
    runs_make();
    struct figure figure = choose(FILE_NAME, (struct figure_wish){0}, text);
    CHECK_EQ(figure.kind, FIGURE_SWEEP);
    CHECK_TEXT(text, "[first 2][first 7][first,policy.idle_tax=0.5 2]");
    CHECK_CONTAINS(figure.script, "plots/any_sweep.gp");
    CHECK_TEXT(figure.name, "two");
    CHECK_EQ(figure.averaged, false);
    results_close(db, NULL);
}

static void choice__of_one_variant_is_a_run_with_one_seed(void)
{
    char text[1000];
    runs_make();
    struct figure figure = choose(FILE_NAME, (struct figure_wish){.variant = "first"}, text);
    CHECK_EQ(figure.kind, FIGURE_RUN);
    CHECK_TEXT(text, "[first 2]");
    CHECK_TEXT(figure.caption.seed, "2");
    CHECK_CONTAINS(figure.caption.runs, "seeds from 2 to 7");
    CHECK_CONTAINS(figure.title, ": first");
    const uint64_t seed = 7;
    figure = choose(FILE_NAME, (struct figure_wish){.variant = "first", .seed = &seed}, text);
    CHECK_TEXT(text, "[first 7]");
    CHECK_TEXT(figure.caption.seed, "7");
    figure = choose(FILE_NAME, (struct figure_wish){.kind = FIGURE_RUN, .all_seeds = true}, text);
    CHECK_TEXT(text, "[first 2][first 7]");
    CHECK_EQ(figure.averaged, true);
    results_close(db, NULL);
}

static void choice__refuses_what_is_not_there(void)
{
    char text[1000];
    const uint64_t seed = 3;
    runs_make();
    choose(FILE_NAME, (struct figure_wish){.kind = FIGURE_OWN}, text);
    CHECK_CONTAINS(text, "expected tests/unit/config/two.gp or plot.gp beside it, found neither");
    choose("fig8_dynamc", (struct figure_wish){0}, text);
    CHECK_CONTAINS(text, "did you mean 'fig8_dynamic'?");
    choose("fig8_dynamic", (struct figure_wish){0}, text);
    CHECK_CONTAINS(text, "memory: expected a finished run of fig8_dynamic");
    choose(FILE_NAME, (struct figure_wish){.variant = "firts"}, text);
    CHECK_CONTAINS(text, "did you mean 'first'?");
    choose(FILE_NAME, (struct figure_wish){.kind = FIGURE_RUN, .seed = &seed}, text);
    CHECK_CONTAINS(text, "--seed: expected");
    choose(FILE_NAME, (struct figure_wish){.metric = "troughput"}, text);
    CHECK_CONTAINS(text, "did you mean 'throughput'?");
    choose(FILE_NAME, (struct figure_wish){.metric = "alloc_mb"}, text); /* not recorded */
    CHECK_CONTAINS(text, "--metric: expected one that the runs of two have, found 'alloc_mb'");
    choose(FILE_NAME, (struct figure_wish){.vm = "b"}, text);
    CHECK_CONTAINS(text, "--vm: expected a VM of two, found 'b'");
    results_close(db, NULL);
}

static void choice__tells_what_is_optional_without_an_error(void)
{
    char text[1000];
    runs_make();
    choose(FILE_NAME, (struct figure_wish){.kind = FIGURE_OWN, .optional = true}, text);
    CHECK_TEXT(text, "");
    choose("fig8_dynamic", (struct figure_wish){.optional = true}, text);
    CHECK_TEXT(text, "");
    results_close(db, NULL);
}

static void choice__asks_what_the_user_asks(void)
{
    char text[1000];
    runs_make();
    choose(FILE_NAME, (struct figure_wish){.metric = "throughput", .vm = "a"}, text);
    text[0] = '\0';
    results_query(db, "SELECT metric, vm FROM asked", NULL, 0, take_row, text, &error);
    CHECK_TEXT(text, "[throughput a]");
    choose(FILE_NAME, (struct figure_wish){0}, text);
    text[0] = '\0';
    results_query(db, "SELECT metric IS NULL, vm IS NULL FROM asked", NULL, 0, take_row, text,
                  &error);
    CHECK_TEXT(text, "[1 1]");
    results_close(db, NULL);
}

/* A copy of the file in a folder with these scripts. */
static void choice__finds_scripts_beside_the_file(void)
{
    char folder[] = "/tmp/ballast-choice-XXXXXX", path[80], file[80], text[1000], from[4096];
    CHECK(mkdtemp(folder) != NULL);
    snprintf(file, sizeof file, "%s/config.yaml", folder);
    CHECK_EQ(symlink(realpath(FILE_NAME, from), file), 0);
    runs_make();
    static const char *const names[] = {"plot.gp", "two.gp"};
    for (uint32_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        fclose(fopen(path, "w"));
        struct figure figure = choose(file, (struct figure_wish){.optional = true}, text);
        CHECK_EQ(figure.kind, FIGURE_OWN);
        CHECK_TEXT(figure.script, path);
        figure = choose(file, (struct figure_wish){.kind = FIGURE_RUN}, text);
        CHECK_CONTAINS(figure.script, "plots/any_run.gp");
    }
    for (uint32_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    unlink(file);
    rmdir(folder);
    results_close(db, NULL);
}

TEST_SUITE(report_choice, TEST(choice__is_a_sweep_where_there_are_variants),
           TEST(choice__of_one_variant_is_a_run_with_one_seed),
           TEST(choice__refuses_what_is_not_there),
           TEST(choice__tells_what_is_optional_without_an_error),
           TEST(choice__asks_what_the_user_asks), TEST(choice__finds_scripts_beside_the_file))
