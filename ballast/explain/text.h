/*
 * An explanation as it is printed: sentences and tables for people, or JSON.
 */
#ifndef EXPLAIN_TEXT_H
#define EXPLAIN_TEXT_H

#include <stdio.h>

#include "ballast/explain/explain.h"
#include "ballast/explain/refusal.h"
#include "ballast/explain/run.h"
#include "sim/json.h"

struct explain_text {
    FILE *out;
    uint32_t columns;
    const struct explain_run *run;
    const struct explain *explain; /* NULL for a refusal */
    int vm;                        /* told alone; -1: all */
};

/* Which run it is, and whether causes are known. */
void explain_text_run(const struct explain_text *text);
/* `tables`: the orders, and what VMs had before and after, follow the sentences. */
void explain_text_move(const struct explain_text *text, const struct explain_move *move,
                       bool tables);
void explain_text_refusals(const struct explain_text *text, const struct refusals *refusals);

/* The same in JSON: members of an open object, an object of an open list, members again. */
void explain_json_run(struct sim_json *json, const struct explain_text *text);
void explain_json_move(struct sim_json *json, const struct explain_text *text,
                       const struct explain_move *move);
void explain_json_refusals(struct sim_json *json, const struct refusals *refusals);

#endif
