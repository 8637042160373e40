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

static void count(struct tr_notes *notes, uint64_t *counter, uint64_t line, const char *format,
                  va_list arguments)
{
    bool is_first = notes->passed_over + notes->left_out == 0;

    ++*counter;
    if (!is_first)
        return;
    notes->first_line = line;
    vsnprintf(notes->first, sizeof notes->first, format, arguments);
}

void tr_notes_pass_over(struct tr_notes *notes, uint64_t line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    count(notes, &notes->passed_over, line, format, arguments);
    va_end(arguments);
}

void tr_notes_leave_out(struct tr_notes *notes, uint64_t line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    count(notes, &notes->left_out, line, format, arguments);
    va_end(arguments);
}

static int counted(char *text, size_t room, uint64_t count, const char *what, const char *done)
{
    return count == 0 ? 0
                      : snprintf(text, room, "%" PRIu64 " %s%s %s %s", count, what,
                                 count == 1 ? "" : "s", count == 1 ? "was" : "were", done);
}

void tr_notes_passed_text(const struct tr_notes *notes, char text[TR_NOTE_BYTES])
{
    char place[44] = "", lines[48] = "", samples[48] = "";
    uint64_t all = notes->passed_over + notes->left_out;

    text[0] = '\0';
    if (all == 0)
        return;
    counted(lines, sizeof lines, notes->passed_over, "line", "passed over");
    counted(samples, sizeof samples, notes->left_out, "sample", "left out");
    if (notes->first_line > 0)
        snprintf(place, sizeof place, "%sline %" PRIu64 ": ", all == 1 ? "" : "the first is ",
                 notes->first_line);
    snprintf(text, TR_NOTE_BYTES, "%s%s%s; %s%s", lines,
             lines[0] != '\0' && samples[0] != '\0' ? " and " : "", samples, place, notes->first);
}

void tr_notes_end(struct tr_notes *notes)
{
    char text[TR_NOTE_BYTES];

    tr_notes_passed_text(notes, text);
    if (text[0] != '\0')
        tr_notes_add(notes, "%s", text);
}
