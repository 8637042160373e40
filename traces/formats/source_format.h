/*
 * What a format has to bring so that source.h can read it. Internal to this folder.
 *
 * A new format is one file that defines a `const struct tr_source_format tr_source_NAME` and a
 * line in the table of source.c.
 */
#ifndef TR_SOURCE_FORMAT_H
#define TR_SOURCE_FORMAT_H

#include "traces/format.h"
#include "traces/formats/source.h"
#include "traces/input.h"

struct tr_source_format {
    struct tr_source_about about;
    size_t bytes; /* of the format's own struct, which begins with a struct tr_source */
    /* Are these the first bytes (uncompressed) of such a file? They are the whole file if it has
     * less than TR_SOURCE_PEEK_BYTES. NULL: content does not tell, the user has to. */
    bool (*matches)(const uint8_t *bytes, size_t count);
    /* source->input is at the first byte, source->header has page_bytes, zero_hash, clock and
     * source from the options; what is left, `carries` at least, is the format's. The struct is
     * zeroes otherwise. */
    int (*begin)(struct tr_source *source, const struct tr_source_options *options,
                 struct sim_error *error);
    /* As tr_source_next(), which holds the records to the rules (windows that do not rise, pages
     * out of range, ...) and says where in the file they were broken. */
    int (*next)(struct tr_source *source, struct tr_record *record, struct sim_error *error);
    bool keeps_rules; /* next() checks them itself */
    /* Frees what the format allocated, after a failed begin() too; NULL: nothing. */
    void (*end)(struct tr_source *source);
    /* Bytes of the file read so far; NULL: those of source->input. */
    uint64_t (*file_read)(const struct tr_source *source);
};

#define TR_SOURCE_PEEK_BYTES 4096u

struct tr_source {
    const struct tr_source_format *format;
    struct tr_input *input; /* closed by the source */
    struct tr_header header;
    struct tr_rules rules;
    bool is_text; /* errors name lines, not bytes; set by begin() */
    bool at_end;
    struct sim_error failure; /* status SIM_OK: none so far */
};

/* "FILE:LINE: ..." or "FILE: byte N: ..." of where the source is. Always -1. */
int tr_source_fail(const struct tr_source *source, struct sim_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Opens the file as one of this format, whatever its content. */
int tr_source_open_as(const struct tr_source_format *format, const char *path,
                      const struct tr_source_options *options, struct tr_source **out,
                      struct sim_error *error);

/* For begin(): sets the clock and the description of the recording where the user gave none. */
void tr_source_describe(struct tr_source *source, const char *clock, const char *text);
/* For begin(): by how many bits an address is shifted to give the number of its page. */
unsigned tr_source_page_shift(const struct tr_source *source);
/* Times of several files: SIM_USAGE unless there is at least one and each is later than the one
 * before. `what` names one of them in the message. */
int tr_source_check_times(const char *const *paths, const uint64_t *at_ns, uint32_t count,
                          const char *what, struct sim_error *error);

extern const struct tr_source_format tr_source_native, tr_source_pgt, tr_source_lcs,
    tr_source_damon_binary, tr_source_damon_json, tr_source_damon_text, tr_source_lackey,
    tr_source_csv, tr_source_oracle_general;

#endif
