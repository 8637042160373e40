/*
 * Errors of users and of the system. An error has a status, which is also the program's exit
 * status, and one line of text that says where it is, what was expected and what was found.
 *
 * A bug is not an error: it ends the program through an assertion. A failure that the model
 * contains (a full swap device, a refused balloon) is not an error either: it is an ordinary
 * result.
 */
#ifndef SIM_ERROR_H
#define SIM_ERROR_H

enum sim_status {
    SIM_OK = 0,
    SIM_FAILED = 1,   /* a comparison failed */
    SIM_USAGE = 2,    /* wrong command line or configuration */
    SIM_BAD_DATA = 3, /* an input file is damaged or of another kind */
    SIM_SYSTEM = 4,   /* the disk is full, memory is short, the database fails */
};

struct sim_error {
    int status;
    /* One line without a newline, such as "FILE:LINE: expected ..., found ...". */
    char text[1000];
};

/* Sets `error`, which may be NULL, and returns `status`. So callers can write
 * `return sim_error_set(error, SIM_USAGE, ...)`. Newlines in the text become spaces. */
int sim_error_set(struct sim_error *error, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
