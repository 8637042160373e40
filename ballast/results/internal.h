/* An open database of results: shared by the files of this folder. */
#ifndef RESULTS_INTERNAL_H
#define RESULTS_INTERNAL_H

#include "ballast/results/lock.h"
#include "ballast/results/rows.h"
#include "ballast/results/store.h"

struct results {
    struct store store;
    struct rows rows;
    char *path;
    enum results_mode mode;
    int version;  /* of the file's schema */
    int lock;     /* of lock.h; -1: none */
    bool is_open; /* false: the file is made when there is something to write */
};

/* Makes the file if that has been put off. */
int results_ready(struct results *db, struct sim_error *error);
/* Removes the runs that this one replaces (results.h). */
int results_replace_old(struct results *db, int64_t run_id, struct sim_error *error);

#endif
