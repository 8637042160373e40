/*
 * The text of `damo report raw` (formerly `damo report access --raw_form`): snapshots with a
 * heading of names and values, and a line for each region.
 *
 *     monitoring_start:                0 ns
 *     monitoring_end:            104.599 ms
 *     target_id: 18446623438842320000
 *     nr_regions: 10
 *     # start_addr     end_addr        length  nr_accesses   age
 *     563ebaa00000-563ebadf3000 (   3.949 MiB)           0    -1
 *
 * Addresses are hexadecimal (decimal with --raw_number), hits decimal. Older versions write
 * "(  31.617 MiB):" before the hits and leave out the age. Targets follow each other, each with all
 * of its snapshots; they count from 0 in their order, since the kernel's ids have 64 bits.
 *
 * The hazard is that a line of a region looks alike for every target, so a heading that was lost
 * would give it to another one. A snapshot therefore begins at its monitoring_start only.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traces/formats/damon.h"

struct damon_raw {
    struct damon damon;
    bool one_target;
    uint32_t wanted;  /* of the targets, from 0 */
    uint32_t targets; /* how many were seen */
    char target[64];  /* the id of the present one */
    bool is_inside;   /* of a snapshot of the wanted target; its times are known */
    bool has_start;   /* the monitoring_start of the next snapshot was read */
    double start_ns, end_ns, origin_ns;
    bool has_origin;
};

/* ---- Lines ------------------------------------------------------------------------------- */

/* The value behind "NAME:"; NULL if the line has another name. */
static const char *value_of(const char *line, const char *name)
{
    size_t length = strlen(name);
    if (strncmp(line, name, length) != 0 || line[length] != ':')
        return NULL;
    return line + length + 1 + strspn(line + length + 1, " \t");
}

/* Reads "START-END" in this base; NULL: it is none. */
static const char *take_addresses(const char *line, int base, struct damon_region *region)
{
    char *end;
    region->from = strtoull(line, &end, base);
    if (*end != '-' || !isxdigit((unsigned char)end[1]))
        return NULL;
    region->to = strtoull(end + 1, &end, base);
    return region->to > region->from ? end : NULL;
}

/* Does "(LENGTH)" agree with the addresses? It is rounded, and its unit may be unknown. */
static bool length_fits(const char *text, const struct damon_region *region)
{
    char length[32];
    double bytes, real = (double)(region->to - region->from);
    size_t count = strcspn(text, ")");
    if (count >= sizeof length)
        return true;
    memcpy(length, text, count);
    length[count] = '\0';
    return !damon_number(length, &bytes) || (bytes > 0.99 * real - 1 && bytes < 1.01 * real + 1);
}

/* Reads "START-END (LENGTH) HITS". Addresses are hexadecimal, or decimal with --raw_number; the
 * length tells. `hits` is negative for a share, as in "55 %", which the region then has. */
static bool take_region(const char *line, struct damon_region *region, double *hits)
{
    const char *at = NULL;
    char *end;
    line += strspn(line, " \t");
    for (int base = 16; base >= 10 && !at && isxdigit((unsigned char)line[0]); base -= 6) {
        at = take_addresses(line, base, region);
        at = at ? at + strspn(at, " \t") : NULL;
        at = at && *at == '(' && length_fits(at + 1, region) ? strchr(at, ')') : NULL;
    }
    if (!at)
        return false;
    at += 1 + strspn(at + 1, ": \t");
    *hits = strtod(at, &end);
    if (end == at || !isdigit((unsigned char)*at) || (*end != '\0' && !strchr(" \t%", *end)))
        return false;
    if (end[strspn(end, " \t")] == '%') {
        region->rate = *hits / 100;
        *hits = -1;
    }
    return true;
}

static int next_line(struct damon_raw *raw, const char **line, struct sim_error *error)
{
    size_t length;
    return tr_input_line(raw->damon.base.input, line, &length, error);
}

/* A line of a heading. 1: it was taken; 0: it is none; -1. */
static int take_heading(struct damon_raw *raw, const char *line, struct sim_error *error)
{
    static const char *const known[] = {"monitoring_duration",
                                        "nr_regions",
                                        "base_time_absolute",
                                        "data source",
                                        "kdamond",
                                        "context",
                                        "intervals"};
    const char *value;
    if ((value = value_of(line, "target_id"))) {
        if (strncmp(value, raw->target, sizeof raw->target - 1) != 0) {
            raw->targets++;
            snprintf(raw->target, sizeof raw->target, "%s", value);
        }
        if (raw->targets > 1 && !raw->one_target)
            return tr_source_fail(&raw->damon.base, error,
                                  "expected one target, found another; choose one with --tenant, "
                                  "from 0 on");
        raw->is_inside = !raw->one_target || raw->targets - 1 == raw->wanted;
        return 1;
    }
    if ((value = value_of(line, "monitoring_end")))
        return damon_number(value, &raw->end_ns);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strncmp(line, known[i], strlen(known[i])) == 0)
            return 1;
    }
    return line[0] == '#' || line[0] == '\0';
}

/* ---- Snapshots --------------------------------------------------------------------------- */

/* Is the line the first one of a snapshot? */
static bool take_start(struct damon_raw *raw, const char *line)
{
    const char *value = value_of(line, "monitoring_start");
    raw->has_start = value && damon_number(value, &raw->start_ns);
    return raw->has_start;
}

/* The lines of a snapshot behind its first one. 1: another one follows; 0: none does; -1. */
static int take_snapshot(struct damon_raw *raw, struct sim_error *error)
{
    struct damon *damon = &raw->damon;
    struct damon_region region;
    const char *line;
    double hits;
    int more;
    while ((more = next_line(raw, &line, error)) == 1) {
        if (take_start(raw, line))
            return 1;
        if (take_region(line, &region, &hits)) {
            if (raw->is_inside && hits >= 0 && damon_rate(damon, hits, &region.rate, error) < 0)
                return -1;
            if (raw->is_inside && damon_add(damon, &region, error) < 0)
                return -1;
            continue;
        }
        int taken = take_heading(raw, line, error);
        if (taken < 0)
            return -1;
        if (taken == 0)
            tr_source_pass_over(&damon->base,
                                "expected a region START-END (LENGTH) HITS, found "
                                "'%.60s'",
                                line);
    }
    return more;
}

static int load(struct damon *damon, struct sim_error *error)
{
    struct damon_raw *raw = (struct damon_raw *)(void *)damon;
    const char *line;
    double start_ns;
    int more = 1;
    while (!raw->has_start && (more = next_line(raw, &line, error)) == 1)
        take_start(raw, line);
    do {
        if (!raw->has_start)
            return more;
        start_ns = raw->start_ns;
        damon_clear(damon);
        raw->is_inside = raw->has_start = false;
        raw->end_ns = -1;
        more = take_snapshot(raw, error);
        if (more < 0)
            return -1;
    } while (!raw->is_inside);
    if (!raw->has_origin)
        raw->origin_ns = start_ns;
    raw->has_origin = true;
    if (!(raw->end_ns > start_ns) || raw->end_ns <= raw->origin_ns)
        return tr_source_fail(&damon->base, error,
                              "expected a snapshot whose monitoring_end is above its "
                              "monitoring_start, found %.0f to %.0f ns",
                              start_ns, raw->end_ns);
    damon->end_ns = (uint64_t)(raw->end_ns - raw->origin_ns);
    return 1;
}

/* ---- The format -------------------------------------------------------------------------- */

static bool matches(const uint8_t *bytes, size_t count)
{
    char text[TR_SOURCE_PEEK_BYTES + 1];
    size_t length = count < TR_SOURCE_PEEK_BYTES ? count : TR_SOURCE_PEEK_BYTES;
    memcpy(text, bytes, length);
    text[length] = '\0';
    return strstr(text, "monitoring_start:") != NULL && strstr(text, "target_id:") != NULL;
}

static int begin(struct tr_source *source, const struct tr_source_options *options,
                 struct sim_error *error)
{
    struct damon_raw *raw = (struct damon_raw *)(void *)source;
    (void)error;
    source->is_text = true;
    damon_init(&raw->damon, load, "DAMON: access rates of regions (damo report raw)", options);
    raw->one_target = options->one_tenant;
    raw->wanted = options->tenant;
    return SIM_OK;
}

const struct tr_source_format tr_source_damon_raw = {
    .about = {"damon-raw", "DAMON's regions as text, by damo report raw"},
    .bytes = sizeof(struct damon_raw),
    .matches = matches,
    .begin = begin,
    .next = damon_next,
    .end = damon_end,
};
