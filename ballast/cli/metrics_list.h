/*
 * The list of metrics for people and for programs: `ballast params --metrics`.
 */
#ifndef CLI_METRICS_LIST_H
#define CLI_METRICS_LIST_H

enum metrics_list_form {
    METRICS_LIST_TEXT,
    METRICS_LIST_MARKDOWN, /* the page ballast/results/METRICS.md */
    METRICS_LIST_JSON,
};

/* On standard output. */
void metrics_list_print(enum metrics_list_form form);

#endif
