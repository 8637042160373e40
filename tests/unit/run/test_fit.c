/* Fits of what can be counted by hand: how many VMs admission control lets in. */
#include "ballast/run/fit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ballast/run/fit_change.h"
#include "tests/check.h"

/* 256 - 16 MB for VMs; each reserves 32 MB (min) and 8 MB (overhead): 6 fit. */
static const char text[] = "name: room\n"
                           "duration_s: 1\n"
                           "machine: {memory_mb: 256, hypervisor_mb: 16, swap_mb: 4096, cpus: 2, "
                           "cpu_mhz: 800}\n"
                           "policy: {overhead_full_pages: 2048}\n"
                           "vms:\n"
                           "  - {name: vm, count: 2, guest: bare, memory_mb: 32, min_mb: 32, "
                           "workload: {idle: {}}}\n";

static char folder[40], path[60], db[60];
static struct config_file *file;
static struct sim_error error;
static struct fit_answer answer;
static struct sweep_axis axis;
static struct config_sets sets;
static struct sweep_options how;
static struct condition admission;
static struct fit_request request;

static bool begin(const char *vary)
{
    strcpy(folder, "/tmp/ballast-fit-XXXXXX");
    if (!CHECK(mkdtemp(folder) != NULL))
        return false;
    snprintf(path, sizeof path, "%s/room.yaml", folder);
    snprintf(db, sizeof db, "%s/room.db", folder);
    FILE *out = fopen(path, "w");
    fputs(text, out);
    fclose(out);
    how = (struct sweep_options){.db = db, .jobs = 1, .shards = 1, .quiet = true};
    admission = condition_of_admission();
    sets = (struct config_sets){0};
    request = (struct fit_request){.sets = &sets,
                                   .axis = &axis,
                                   .conditions = &admission,
                                   .condition_count = 1,
                                   .confidence = 0.95,
                                   .seeds_least = 2,
                                   .seeds_most = 2,
                                   .how = &how};
    return CHECK_EQ(config_file_load(path, "experiments/presets", &file, &error), SIM_OK) &&
           CHECK_EQ(sweep_axis_make("--vary", vary, &axis, &error), SIM_OK) &&
           (request.file = file) != NULL;
}

static void end(void)
{
    fit_answer_fini(&answer);
    sweep_axis_fini(&axis);
    config_file_free(file);
    unlink(db);
    unlink(path);
    CHECK_EQ(rmdir(folder), 0);
}

static void fit__finds_the_edge_and_what_binds(void)
{
    uint32_t next;
    if (begin("count.vm=1:40") && CHECK_EQ(fit_find(&request, &answer, &error), SIM_OK)) {
        CHECK_TEXT(axis.values[answer.best], "6");
        CHECK_EQ(answer.sure, answer.best);
        CHECK_EQ(answer.perhaps, answer.best);
        CHECK(!answer.is_reversed && !answer.all && !answer.none && !answer.is_odd);
        CHECK(fit_next(&answer, &next));
        CHECK_TEXT(axis.values[next], "7");
        CHECK_EQ(answer.points[next].verdict, CONDITION_FAILS);
        CHECK_NEAR(answer.points[next].estimates[0].mean, 1, 0);
        CHECK_EQ(fit_binding(&request, &answer.points[next]), 0);
        CHECK_EQ(answer.runs_found, 0);
        CHECK(answer.runs_made <= 2 * 8);

        struct fit_more more;
        CHECK_EQ(fit_more_find(&request, &answer, "machine.memory_mb", &more, &error), SIM_OK);
        CHECK(more.is_found);
        CHECK_NEAR(more.now, 256, 0);
        CHECK_NEAR(more.needed, 16 + 7 * 40, 4); /* in steps of 4 MB */
        CHECK_EQ(fit_more_find(&request, &answer, "machine.memmory", &more, &error), SIM_USAGE);
        CHECK_CONTAINS(error.text, "--more: expected a key of `ballast params` whose value is");

        struct fit_input input;
        CHECK_EQ(fit_input_parse("vm.*.min_mb=16,x", &input, &error), SIM_OK);
        strcpy(input.value[1], "32");
        CHECK_EQ(fit_input_find(&request, &answer, &input, &error), SIM_OK);
        CHECK_TEXT(axis.values[input.best[0]], "10"); /* 240 / 24 */
        CHECK_TEXT(axis.values[input.best[1]], "6");
        CHECK_EQ(fit_input_span(&input, &answer), 4);
    }
    end();
}

static void fit__a_second_one_makes_no_run(void)
{
    if (begin("count.vm=1:10") && CHECK_EQ(fit_find(&request, &answer, &error), SIM_OK)) {
        uint32_t made = answer.runs_made;
        fit_answer_fini(&answer);
        CHECK_EQ(fit_find(&request, &answer, &error), SIM_OK);
        CHECK_EQ(answer.runs_made, 0);
        CHECK_EQ(answer.runs_found, made);
        CHECK_TEXT(axis.values[answer.best], "6");
    }
    end();
}

static void fit__a_size_that_is_needed(void)
{
    if (begin("machine.memory_mb=64:256:8") &&
        CHECK_EQ(fit_find(&request, &answer, &error), SIM_OK)) {
        CHECK(answer.is_reversed);
        CHECK_TEXT(axis.values[answer.best], "96"); /* 16 + 2 x 40 */
    }
    end();
}

static void fit__all_and_none(void)
{
    uint32_t next;
    if (begin("count.vm=1:3") && CHECK_EQ(fit_find(&request, &answer, &error), SIM_OK)) {
        CHECK(answer.all);
        CHECK(!fit_next(&answer, &next));
    }
    end();
    if (begin("count.vm=20:22") && CHECK_EQ(fit_find(&request, &answer, &error), SIM_OK))
        CHECK(answer.none);
    end();
    if (begin("count.vm=20") && CHECK_EQ(fit_find(&request, &answer, &error), SIM_OK))
        CHECK(answer.none);
    end();
}

static void fit__under_a_worst_case(void)
{
    request.worst = NULL;
    if (begin("count.vm=1:10")) {
        request.worst = "host-lost:3";
        CHECK_EQ(fit_find(&request, &answer, &error), SIM_OK);
        CHECK_TEXT(axis.values[answer.best], "4"); /* and 2 of the host that is lost */
    }
    end();
}

static void fit__wrong_keys_are_told_of_vary(void)
{
    if (begin("count.web=1:10")) {
        CHECK_EQ(fit_find(&request, &answer, &error), SIM_USAGE);
        CHECK_CONTAINS(error.text, "--vary count.web: expected the name of a VM, found 'web'");
    }
    end();
}

TEST_SUITE(run_fit, TEST(fit__finds_the_edge_and_what_binds), TEST(fit__a_second_one_makes_no_run),
           TEST(fit__a_size_that_is_needed), TEST(fit__all_and_none), TEST(fit__under_a_worst_case),
           TEST(fit__wrong_keys_are_told_of_vary), );
