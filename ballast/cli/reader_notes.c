/*
 * Notes of readers for people.
 */
#include "ballast/cli/reader_notes.h"

#include <stdio.h>

void reader_notes_print(const char *path, const struct tr_notes *notes)
{
    for (unsigned i = 0; i < notes->count; i++)
        fprintf(stderr, "ballast: note: %s: %s\n", path, notes->text[i]);
}
