/*
 * One run of an experiment that stands in a test as text, in a database of its own.
 */
#ifndef TESTS_RUN_ONE_RUN_H
#define TESTS_RUN_ONE_RUN_H

#include <stdint.h>

struct results;

/* Resolves the text, runs it at seed 1, and keeps the database open until one_run_end(). */
void one_run(const char *text, const char *const *sets, uint32_t set_count);
/* Only the database; NULL if it cannot be made. */
struct results *one_run_db(void);
void one_run_end(void);

/* The number that a query finds. -1: there is no row; NAN: it is NULL. */
double one_run_number(const char *sql);
/* The value of a metric in table `result`. */
double one_run_result(const char *vm, const char *metric);

#endif
