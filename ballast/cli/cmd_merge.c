/*
 * `ballast merge`: shards of a sweep into one database.
 */
#include <stdio.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/results/results.h"

static int merge_all(struct results *db, int count, char **paths, struct sim_error *error)
{
    int status = SIM_OK;
    for (int i = 0; i < count && status == SIM_OK; i++) {
        uint32_t merged;
        status = results_merge(db, paths[i], &merged, error);
        if (status == SIM_OK)
            printf("%s: %u runs\n", paths[i], merged);
    }
    return status;
}

static int run(int argc, char **argv, struct sim_error *error)
{
    static const struct option options[] = {{0}};
    struct results *db;
    struct sim_error ignored;
    if (command_option(argc, argv, options, error) != -1)
        return SIM_USAGE;
    if (argc - optind < 2)
        return sim_error_set(error, SIM_USAGE,
                             "merge: expected OUT.db and at least one IN.db, found %d names",
                             argc - optind);
    bool is_new = access(argv[optind], F_OK) != 0;
    int status = results_open(argv[optind], RESULTS_WRITE, &db, error);
    if (status != SIM_OK)
        return status;
    status = merge_all(db, argc - optind - 1, argv + optind + 1, error);
    int closed = results_close(db, status == SIM_OK ? error : &ignored);
    status = status != SIM_OK ? status : closed;
    if (status != SIM_OK && is_new) /* half a result is none */
        remove(argv[optind]);
    return status;
}

const struct command command_merge = {
    .name = "merge",
    .usage = "OUT.db IN.db...",
    .summary = "Joins databases, such as the shards of a sweep",
    .details =
        "Copies all runs that are done into OUT.db, which is made if it is not there. A run takes\n"
        "the place of one of the same experiment, variant, seed and replicate.\n\n"
        "  ballast sweep my.yaml --shard 1/2 --db one.db     # on one machine\n"
        "  ballast sweep my.yaml --shard 2/2 --db two.db     # on another\n"
        "  ballast merge all.db one.db two.db\n",
    .run = run,
};
