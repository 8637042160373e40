/*
 * Files that hold no recording that is read here, but are known: the message says what the file is,
 * and the command that makes something of it.
 */
#include <string.h>

#include "traces/formats/source_format.h"

static const struct {
    const char *signature;
    size_t bytes;
    const char *what;
} known[] = {
    {"PERFILE2", 8, "perf's own data; `perf script -i FILE` makes the text that is read here"},
    {"\x17\x08\x44tracing", 10,
     "trace-cmd's own data; `trace-cmd report FILE` makes the text that is "
     "read here"},
    {"\x07tae", 4, "blktrace's own data; `blkparse -i FILE` makes the text that is read here"},
    {"gem5", 4,
     "gem5's own data; its `util/decode_packet_trace.py FILE OUT` makes the text that is "
     "read here"},
    {"\"(PDH-CSV ", 10, "statistics of esxtop, which are for `ballast trace series`"},
    {"Linux ", 6, "statistics of sar, which are for `ballast trace series`"},
    {"\x96\xd5", 2, "sar's own data; `sar -r -f FILE` makes statistics for `ballast trace series`"},
    {"[{\"", 3, "JSON; statistics are for `ballast trace series`"},
    {"\177ELF", 4,
     "an ELF file; a memory image is for `ballast scan`, or for `trace convert --at`"},
    {"EMiL", 4, "a LiME image, which is for `ballast scan`, or for `trace convert --at`"},
    {"SQLite format 3", 15, "a database; results are for `ballast show`"},
};

/* Text that says what it is in any of its first lines. */
static const struct {
    const char *text, *what;
} known_texts[] = {
    {"/mem-loads",
     "what `perf script` prints of perf mem; `perf script -F time,event,addr` makes the "
     "text that is read here"},
    {"/mem-stores", "what `perf script` prints of perf mem; `perf script -F time,event,addr` makes "
                    "the text that is read here"},
    {"ibs_op",
     "samples of AMD's IBS, whose name does not say what reads; `perf mem report -D` makes "
     "the text that is read here"},
    {"arm_spe", "samples of Arm's SPE; `perf mem report -D` makes the text that is read here"},
    {"] access ", "what `damo report access` prints; `damo report raw` makes the text that is read "
                  "here"},
};

const char *tr_source_refusal(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (count >= known[i].bytes && memcmp(bytes, known[i].signature, known[i].bytes) == 0)
            return known[i].what;
    }
    for (size_t i = 0; i < sizeof known_texts / sizeof *known_texts; i++) {
        if (memmem(bytes, count < TR_SOURCE_PEEK_BYTES ? count : TR_SOURCE_PEEK_BYTES,
                   known_texts[i].text, strlen(known_texts[i].text)))
            return known_texts[i].what;
    }
    return tr_input_refusal(bytes, count);
}
