/*
 * Notes of readers. The hazard is a file of which every line is passed over: the place of the first
 * one is formatted only once, so that this costs no time.
 */
#include "traces/notes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void tr_notes_add(struct tr_notes *notes, const char *format, ...)
{
    char text[TR_NOTE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (unsigned i = 0; i < notes->count; i++) {
        if (strcmp(notes->text[i], text) == 0)
            return;
    }
    if (notes->count < TR_NOTES_MOST)
        memcpy(notes->text[notes->count++], text, sizeof text);
}

void tr_notes_pass_over(struct tr_notes *notes, uint64_t line, const char *format, ...)
{
    va_list arguments;

    if (notes->passed_over++ > 0)
        return;
    notes->first_line = line;
    va_start(arguments, format);
    vsnprintf(notes->first, sizeof notes->first, format, arguments);
    va_end(arguments);
}

void tr_notes_passed_text(const struct tr_notes *notes, char text[TR_NOTE_BYTES])
{
    char place[64] = "";
    bool is_one = notes->passed_over == 1;

    text[0] = '\0';
    if (notes->passed_over == 0)
        return;
    if (notes->first_line > 0)
        snprintf(place, sizeof place, "%sline %" PRIu64 ": ", is_one ? "" : "the first is ",
                 notes->first_line);
    snprintf(text, TR_NOTE_BYTES, "%" PRIu64 " line%s passed over; %s%s", notes->passed_over,
             is_one ? " was" : "s were", place, notes->first);
}

void tr_notes_end(struct tr_notes *notes)
{
    char text[TR_NOTE_BYTES];

    tr_notes_passed_text(notes, text);
    if (text[0] != '\0')
        tr_notes_add(notes, "%s", text);
}
