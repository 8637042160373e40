/*
 * What a reader of recordings, images or statistics assumed and passed over, on standard error.
 */
#ifndef CLI_READER_NOTES_H
#define CLI_READER_NOTES_H

#include "traces/notes.h"

void reader_notes_print(const char *path, const struct tr_notes *notes);

#endif
