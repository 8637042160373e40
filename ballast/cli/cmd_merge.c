/*
 * `ballast merge`: shards of a sweep into one database.
 */
#include <stdio.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/results/results.h"

static int merge_all(struct results *db, uint32_t count, char **paths, struct sim_error *error)
{
    int status = SIM_OK;
    for (uint32_t i = 0; i < count && status == SIM_OK; i++) {
        uint32_t merged;
        status = results_check(paths[i], error);
        if (status == SIM_OK)
            status = results_merge(db, paths[i], &merged, error);
        if (status == SIM_OK)
            printf("%s: %u runs\n", paths[i], merged);
    }
    return status;
}

static int merge(void *values, const struct command_line *line, struct sim_error *error)
{
    const char *out = line->operands[0];
    struct results *db;
    struct sim_error ignored;
    (void)values;
    bool is_new = access(out, F_OK) != 0;
    int status = results_open(out, RESULTS_WRITE, &db, error);
    if (status != SIM_OK)
        return status;
    status = merge_all(db, line->count - 1, line->operands + 1, error);
    int closed = results_close(db, status == SIM_OK ? error : &ignored);
    status = status != SIM_OK ? status : closed;
    if (status != SIM_OK && is_new) /* no file is better than a part of one */
        remove(out);
    return status;
}

const struct command command_merge = {
    .name = "merge",
    .operands = "OUT.db IN.db...",
    .least = 2,
    .most = COMMAND_OPERANDS_ANY,
    .expected = "OUT.db and at least one IN.db",
    .summary = "Joins databases, such as the shards of a sweep",
    .text = "Copies all finished runs into OUT.db, which is made if it does not exist. A run "
            "replaces the\nrun of the same experiment, variant, seed and replicate. An IN.db of "
            "schema version 3 or 4 is\nmade one of today's.\n",
    .examples = "  ballast sweep my.yaml --shard 1/2 --db one.db     # on one machine\n"
                "  ballast sweep my.yaml --shard 2/2 --db two.db     # on another\n"
                "  ballast merge all.db one.db two.db\n",
    .run = merge,
};
