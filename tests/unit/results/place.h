/* A database in a folder of its own for each case, and what the cases look at in it. */
#ifndef TEST_RESULTS_PLACE_H
#define TEST_RESULTS_PLACE_H

#include "ballast/results/results.h"
#include "tests/check.h"

struct place {
    char folder[40], path[60];
};

struct place place_make(void);
void place_remove(const struct place *place); /* checks that nothing else lies there */

struct results *open_db(const struct place *place, enum results_mode mode);
struct results_run run_of(const char *variant, uint64_t seed);
int64_t begin_run(struct results *db, const char *variant, uint64_t seed);
/* The rows of the answer: "a|b;c|d;". */
void check_answer(struct results *db, const char *sql, const char *expected);
/* Opening it fails with SIM_SYSTEM and this message. */
void check_refused(const char *path, enum results_mode mode, const char *message);

#endif
