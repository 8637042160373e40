/* Lines of a file, which may be compressed with zstd, gzip or zlib. */
#include "traces/input.h"
#include "fuzz/targets.h"

enum { LINES_MOST = 100000 }; /* a few compressed bytes may hold very many lines */

void fuzz_input(const uint8_t *bytes, size_t count)
{
    struct tr_input *input = NULL;
    struct sim_error error = {0};
    const uint8_t *shown;
    const char *line;
    size_t length;
    int more = 1;

    if (!fuzz_accepted(tr_input_open(fuzz_file(0, bytes, count), &input, &error), &error))
        return;
    if (fuzz_accepted(tr_input_peek(input, 100, &shown, &length, &error), &error)) {
        FUZZ_CHECK(length <= TR_INPUT_PEEK_MOST);
        for (unsigned i = 0; more > 0 && i < LINES_MOST; i++) {
            more = tr_input_line(input, &line, &length, &error);
            if (more > 0)
                FUZZ_CHECK(line[length] == '\0');
        }
        FUZZ_CHECK(more >= 0 || !fuzz_accepted(error.status, &error));
    }
    tr_input_close(input);
}
