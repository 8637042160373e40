/*
 * What a reader assumed of a file, and what it passed over: sentences for people.
 *
 * A file that another program wrote does not say everything about itself, and has lines that are of
 * no use here. A reader goes on in both cases, and says so. What it passes over is counted, and the
 * first such place is named, so that a reader that passes over too much can be seen to do so.
 */
#ifndef TR_NOTES_H
#define TR_NOTES_H

#include <stdint.h>

#define TR_NOTES_MOST 12u
#define TR_NOTE_BYTES 300u

/* A zeroed struct has no notes. */
struct tr_notes {
    unsigned count;
    char text[TR_NOTES_MOST][TR_NOTE_BYTES];
    uint64_t passed_over; /* lines, or records of a binary file */
    uint64_t left_out;    /* samples that are missing */
    uint64_t first_line;  /* where the first of them is; 0: unknown */
    char first[TR_NOTE_BYTES / 2];
};

/* Adds a sentence, once however often it is added. Beyond TR_NOTES_MOST sentences are dropped. */
void tr_notes_add(struct tr_notes *notes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Counts what is passed over at this line. The text says why: "expected X, found Y". */
void tr_notes_pass_over(struct tr_notes *notes, uint64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Counts a sample that is missing there. */
void tr_notes_leave_out(struct tr_notes *notes, uint64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What was passed over as words, such as "3 lines were passed over; the first is line 7: ...". An
 * empty text if there is nothing. */
void tr_notes_passed_text(const struct tr_notes *notes, char text[TR_NOTE_BYTES]);
/* At the end of a file: makes a sentence of what was passed over. */
void tr_notes_end(struct tr_notes *notes);

#endif
