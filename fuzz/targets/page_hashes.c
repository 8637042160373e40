/* Lists of page hashes at two times as a recording. */
#include "fuzz/targets.h"
#include "traces/formats/source.h"

void fuzz_page_hashes(const uint8_t *bytes, size_t count)
{
    static const uint64_t at_ns[] = {5, 1000};
    const struct tr_source_options options = {.zero_hash = 1};
    struct tr_source *source = NULL;
    struct sim_error error = {0};

    const char *paths[] = {fuzz_file(0, bytes, count / 2),
                           fuzz_file(1, bytes + count / 2, count - count / 2)};
    if (fuzz_accepted(tr_source_open_page_hashes(paths, at_ns, 2, &options, &source, &error),
                      &error))
        fuzz_source_read(source);
}
