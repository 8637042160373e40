/*
 * What a format must provide so that source.h can read it. Internal to traces and its rooms.
 *
 * To add a format: write a file that defines a `const struct tr_source_format tr_source_NAME`, and
 * add a line to the table in source.c.
 */
#ifndef TR_SOURCE_FORMAT_H
#define TR_SOURCE_FORMAT_H

#include "traces/format.h"
#include "traces/formats/source.h"
#include "traces/input.h"
#include "traces/notes.h"

struct tr_source_format {
    struct tr_source_about about;
    size_t bytes; /* of the format's own struct, which begins with a struct tr_source */
    /* Says whether a file that begins with these bytes (uncompressed) has this format. `count` is
     * at least TR_SOURCE_PEEK_BYTES, or the bytes are the whole file. NULL: content cannot tell, so
     * the user must name the format. */
    bool (*matches)(const uint8_t *bytes, size_t count);
    /* Prepares the source. source->input is at the first byte. source->header has page_bytes,
     * zero_hash, clock and source from the options; begin() sets the rest, at least `carries`. All
     * other members of the format's struct are zeroes. */
    int (*begin)(struct tr_source *source, const struct tr_source_options *options,
                 struct sim_error *error);
    /* As tr_source_next(). The caller checks that the records keep the rules (rising windows, pages
     * in range, ...) and says where in the file a rule was broken. */
    int (*next)(struct tr_source *source, struct tr_record *record, struct sim_error *error);
    bool keeps_rules; /* next() checks the rules itself */
    /* Frees what the format allocated, also after a failed begin(). NULL: nothing to free. */
    void (*end)(struct tr_source *source);
    /* Bytes of the file read so far; NULL: source->input counts them. */
    uint64_t (*file_read)(const struct tr_source *source);
    /* As tr_source_touches(), and with the rules kept; NULL: made of next(). */
    int (*touches)(struct tr_source *source, uint32_t *ppn, size_t room, size_t *count,
                   struct tr_summary *summary, struct sim_error *error);
};

#define TR_SOURCE_PEEK_BYTES 4096u

struct tr_source {
    const struct tr_source_format *format;
    struct tr_input *input; /* closed by the source */
    struct tr_header header;
    struct tr_rules rules;
    struct tr_notes notes;
    bool has_objects; /* see tr_source_has_objects(); begin() sets it */
    bool is_text;     /* messages give lines instead of bytes; begin() sets it */
    bool at_end;
    struct sim_error failure; /* its status is SIM_OK until next() fails */
};

/* Sets the error "FILE:LINE: ..." or "FILE: byte N: ..." for the present place in the file. Returns
 * -1.
 */
int tr_source_fail(const struct tr_source *source, struct sim_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Passes over the present line, which holds nothing that can be read, and counts it in the notes.
 * The text says why. A recording of which nothing is left is refused at its end. */
#define tr_source_pass_over(source, ...)                                                           \
    tr_notes_pass_over(&(source)->notes, tr_input_lines((source)->input), __VA_ARGS__)

/* Opens the file in this format, whatever its content. */
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

/* refused.c: what the file is, and what to do with it, if its first bytes are known but not read;
 * else NULL. */
const char *tr_source_refusal(const uint8_t *bytes, size_t count);

extern const struct tr_source_format tr_source_native, tr_source_pgt, tr_source_lcs,
    tr_source_damon_binary, tr_source_damon_json, tr_source_damon_text, tr_source_damon_raw,
    tr_source_lackey, tr_source_csv, tr_source_oracle_general;

#define LAYOUT(name, ...) extern const struct tr_source_format tr_source_##name;
#include "traces/formats/layouts.def"
#undef LAYOUT

#endif
