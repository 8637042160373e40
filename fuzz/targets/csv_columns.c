/* Requests as text. The first line of the input is the option --csv. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/targets.h"
#include "traces/formats/source.h"

void fuzz_csv_columns(const uint8_t *bytes, size_t count)
{
    char *columns = fuzz_text(bytes, count), *newline = strchr(columns, '\n');
    size_t line = newline ? (size_t)(newline - columns) + 1 : count;
    struct tr_source_options options = {.format = "csv", .csv = columns};
    struct tr_source *source = NULL;
    struct sim_error error = {0};

    if (newline != NULL)
        *newline = '\0';
    const char *path = fuzz_file(0, bytes + line, count - line);
    if (fuzz_accepted(tr_source_open(path, &options, &source, &error), &error))
        fuzz_source_read(source);
    free(columns);
}
