/* Two memory images as a recording: the first half of the input, and the second. */
#include "fuzz/targets.h"
#include "traces/images/over_time.h"

void fuzz_images(const uint8_t *bytes, size_t count)
{
    static const uint64_t at_ns[] = {0, 1000};
    const struct tr_snapshot_options images = TR_SNAPSHOT_DEFAULTS;
    const struct tr_source_options options = {0};
    struct tr_source *source = NULL;
    struct sim_error error = {0};
    struct tr_page_key key;

    tr_page_key_of_text(&key, "key");
    const char *paths[] = {fuzz_file(0, bytes, count / 2),
                           fuzz_file(1, bytes + count / 2, count - count / 2)};
    if (fuzz_accepted(
            tr_source_open_images(paths, at_ns, 2, &images, &key, &options, &source, &error),
            &error))
        fuzz_source_read(source);
}
