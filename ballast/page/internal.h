/*
 * What the files of the page share.
 */
#ifndef PAGE_INTERNAL_H
#define PAGE_INTERNAL_H

#include <stdio.h>

#include "ballast/page/page.h"
#include "ballast/report/verify.h"
#include "ballast/results/results.h"

/* page.css and page.js, as they are (page_assets.c). */
extern const char page_style[], page_script[];

/* What the runs of the experiment `name` came to. It makes the table `chosen` anew. */
int page_results(FILE *out, struct results *db, const char *db_path, const char *name,
                 struct sim_error *error);

/* Each writes a part of one experiment from the runs in the temporary table `chosen`. */
int page_parameters(FILE *out, struct results *db, struct sim_error *error);
/* `number` tells the tables of decisions of one page apart. */
int page_decisions(FILE *out, struct results *db, uint32_t number, struct sim_error *error);
int page_provenance(FILE *out, struct results *db, struct sim_error *error);

/* The points of the experiment `name`, or of all experiments where it is NULL; nothing where there
 * are none. */
void page_comparison(FILE *out, const struct verify *verify, const char *name);
void page_verdicts(FILE *out, const struct verify *verify);

#endif
