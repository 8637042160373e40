/*
 * Errors of users and of the system: a status, which is also the program's exit status, and one
 * line of text that says where, what was expected and what was found.
 *
 * A bug is not an error: it ends the program through an assertion. A modelled failure (a full swap
 * device, a refused balloon) is not an error either: it is an ordinary result.
 */
#ifndef SIM_ERROR_H
#define SIM_ERROR_H

enum sim_status {
    SIM_OK = 0,
    SIM_FAILED = 1,   /* a comparison failed */
    SIM_USAGE = 2,    /* wrong command line or configuration */
    SIM_BAD_DATA = 3, /* input data are damaged or of another kind */
    SIM_SYSTEM = 4,   /* disk full, no memory, database */
};

struct sim_error {
    int status;
    /* One line without a newline: "FILE:LINE: expected ..., found ..." where it applies. */
    char text[1000];
};

/* Fills `error` (which may be NULL) and returns `status`, so that callers write
 * `return sim_error_set(error, SIM_USAGE, ...)`. Newlines in the text become spaces. */
int sim_error_set(struct sim_error *error, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
