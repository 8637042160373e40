/*
 * The list of metrics for people and for programs: `ballast params --metrics`.
 */
#ifndef CLI_METRICS_LIST_H
#define CLI_METRICS_LIST_H

#include "sim/listing.h"

/* On standard output. In Markdown it is the whole page ballast/results/METRICS.md. */
/* For people, in lines of at most `width` characters. */
void metrics_list_explain(uint32_t width, FILE *out);
void metrics_list_print(enum sim_listing_form form);

#endif
