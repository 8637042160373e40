/* The JSON reader: tokens, and skipping of values. */
#include <string.h>

#include "fuzz/targets.h"
#include "traces/json_reader.h"

void fuzz_json(const uint8_t *bytes, size_t count)
{
    struct tr_input *input = NULL;
    struct json_reader reader;
    struct sim_error error = {0};
    enum json_token token = JSON_OBJECT;
    int more = 1;

    if (!fuzz_accepted(tr_input_open(fuzz_file(0, bytes, count), &input, &error), &error))
        return;
    json_reader_init(&reader, input);
    while (more > 0 && token != JSON_END) {
        more = json_reader_next(&reader, &token, &error);
        FUZZ_CHECK(reader.depth <= JSON_DEPTH_MOST);
        FUZZ_CHECK(memchr(reader.text, '\0', sizeof reader.text) != NULL);
        if (more > 0 && token == JSON_NAME && reader.text[0] == 's')
            more = json_reader_skip(&reader, &error);
    }
    FUZZ_CHECK(more > 0 || !fuzz_accepted(error.status, &error));
    tr_input_close(input);
}
