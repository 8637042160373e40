/*
 * One process that touches pages of its memory in an order and at a rate (pages.c).
 */
#ifndef WORKLOADS_PAGES_H
#define WORKLOADS_PAGES_H

#include "workloads/wl.h"

struct wl_pages_config {
    double memory_mb;    /* of the process; filled once, in order, before anything else: */
    double fill_mb_s;    /* so fast, above 0 */
    bool cyclic;         /* in order, again and again; else by Zipf's law */
    double skew;         /* Zipf: touches of the page of rank r go with r to the power -skew */
    double rate_pages_s; /* touches that are due; above 0 */
    double writes;       /* share of touches */
};

extern const struct wl_row wl_pages;

#endif
