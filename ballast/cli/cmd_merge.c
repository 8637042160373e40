/*
 * `ballast merge`: shards of a sweep into one database.
 */
#include <stdio.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/results/results.h"

static int merge_one(struct results *db, const char *path, struct sim_error *error)
{
    uint32_t merged;
    int status = results_check(path, error);
    if (status == SIM_OK)
        status = results_merge(db, path, &merged, error);
    if (status == SIM_OK)
        printf("%s: %u runs\n", path, merged);
    return status;
}

/* A damaged database does not keep the others out. `*merged` is how many were whole. The error is
 * about the first that is not; notes tell of the others. */
static int merge_all(struct results *db, uint32_t count, char **paths, uint32_t *merged,
                     struct sim_error *error)
{
    struct sim_error first = {0};
    *merged = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct sim_error wrong = {0};
        int status = merge_one(db, paths[i], &wrong);
        if (status != SIM_OK && status != SIM_BAD_DATA) /* it is not the input */
            return sim_error_set(error, status, "%s", wrong.text);
        *merged += status == SIM_OK;
        if (status != SIM_OK && first.status != SIM_OK)
            fprintf(stderr, "ballast: note: not merged: %s\n", wrong.text);
        else if (status != SIM_OK)
            first = wrong;
    }
    if (first.status == SIM_OK)
        return SIM_OK;
    return sim_error_set(error, SIM_BAD_DATA, "%s%s", first.text,
                         *merged > 0 ? "; it is left out, and what is whole is merged" : "");
}

static int merge(void *values, const struct command_line *line, struct sim_error *error)
{
    const char *out = line->operands[0];
    struct results *db;
    struct sim_error ignored;
    uint32_t merged;
    (void)values;
    bool is_new = access(out, F_OK) != 0;
    int status = results_open(out, RESULTS_WRITE, &db, error);
    if (status != SIM_OK)
        return status;
    status = merge_all(db, line->count - 1, line->operands + 1, &merged, error);
    int closed = results_close(db, status == SIM_OK ? error : &ignored);
    status = status != SIM_OK ? status : closed;
    if (status != SIM_OK && is_new && merged == 0) /* no file is better than an empty one */
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
    .text =
        "Copies all finished runs into OUT.db, which is made if it does not exist. A run "
        "replaces the\nrun of the same experiment, variant, seed, replicate and "
        "configuration. An IN.db of schema\nversion 3, 4 or 5 is made one of today's. Each IN.db "
        "is checked first: one that lost rows, or\nhas others than its runs wrote, is left out "
        "and named with the tables that are damaged; the others\nare merged, and the exit "
        "status is 3.\n",
    .examples = "  ballast sweep my.yaml --shard 1/2 --db one.db     # on one machine\n"
                "  ballast sweep my.yaml --shard 2/2 --db two.db     # on another\n"
                "  ballast merge all.db one.db two.db\n",
    .run = merge,
};
