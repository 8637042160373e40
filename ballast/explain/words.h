/*
 * Moves (explain.h) in sentences, as text for people.
 */
#ifndef EXPLAIN_WORDS_H
#define EXPLAIN_WORDS_H

#include <stdint.h>
#include <stdio.h>

#include "ballast/explain/explain.h"

#define WORDS_BYTES 32u

/* "179", "7.1", "1,024": of MB; "-" for NaN. Returns `text`. */
const char *words_mb(char text[WORDS_BYTES], double mb);
/* "1,854 s", "0.5 s". Returns `text`. */
const char *words_time(char text[WORDS_BYTES], double t_s);

/* When it was, why the governor was asked, and how much memory was free. */
void words_heading(FILE *out, const struct explain *explain, const struct explain_move *move);
/* One VM's move: its target, the causes that matter, the orders, and what was done. `told_before`:
 * the VM that was told of last, whose causes need not be told again; -1: none. */
void words_vm(FILE *out, const struct explain *explain, const struct explain_move *move,
              uint32_t vm, int told_before);
/* A cause by itself: "windows' estimate rose from 12 to 115 MB", or "Its estimate ..." where the
 * sentence is about the VM `subject` (-1: none). */
void words_cause(FILE *out, const struct explain *explain, const struct explain_cause *cause,
                 int subject);

#endif
