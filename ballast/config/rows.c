/*
 * The table of keys, and what their values may be.
 */
#include "ballast/config/rows.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MB_MOST      (4.0 * 1024 * 1024) /* 4 TB: 2^30 pages */
#define SECONDS_MOST 1e8                 /* three years */

#define SECTION(section_name, table)                                                               \
    {                                                                                              \
        (section_name), (table), sizeof(table) / sizeof(table)[0]                                  \
    }

#define AT(field) offsetof(struct experiment_config, field)
static const struct config_row top_rows[] = {
    {"name", CONFIG_NAME, AT(name), 0, 0, NULL, true, "", "of the experiment, in the database"},
    {"title", CONFIG_TEXT, AT(title), 0, 0, "", false, "", "one line for people"},
    {"figure", CONFIG_TEXT, AT(figure), 0, 0, "", false, "", "of the paper, such as \"Figure 7\""},
    {"duration_s", CONFIG_REAL, AT(duration_s), 0.001, SECONDS_MOST, NULL, true, "s",
     "simulated time"},
    {"sample_every_s", CONFIG_REAL, AT(sample_every_s), 0.001, SECONDS_MOST, "5", false, "s",
     "of the recorded series; 5 s as in the paper's figures"},
    {"seeds", CONFIG_COUNT, AT(seeds), 1, 10000, "1", false, "",
     "a full run takes the seeds 1 to this"},
};
#undef AT

#define AT(field) offsetof(struct config_machine, field)
static const struct config_row machine_rows[] = {
    {"memory_mb", CONFIG_REAL, AT(memory_mb), 1, MB_MOST, NULL, true, "MB", "all machine memory"},
    {"low_mb", CONFIG_REAL, AT(low_mb), 0, MB_MOST, "4096", false, "MB",
     "what 32-bit devices reach, from the lowest address on"},
    {"hypervisor_mb", CONFIG_REAL, AT(hypervisor_mb), 0, MB_MOST, NULL, true, "MB",
     "kept by the hypervisor itself"},
    {"swap_mb", CONFIG_REAL, AT(swap_mb), 0, MB_MOST, NULL, true, "MB",
     "the hypervisor's swap device"},
    {"cpus", CONFIG_COUNT, AT(cpus), 1, 4096, NULL, true, "",
     "shared by cpu_shares where VMs outnumber them"},
    {"cpu_mhz", CONFIG_COUNT, AT(cpu_mhz), 1, 100000, NULL, true, "MHz", "clock of each CPU"},
    {"hash_bits", CONFIG_COUNT, AT(hash_bits), 16, 64, "64", false, "bits",
     "of the hash of a page's contents; fewer than 64 to see what collisions do"},
};
#undef AT

#define AT(field) offsetof(struct config_vm, field)
static const struct config_row vm_rows[] = {
    {"name", CONFIG_NAME, AT(name), 0, 0, NULL, true, "", "of the VM, unique"},
    {"guest", CONFIG_NAME, AT(guest.preset), 0, 0, NULL, true, "", "preset of the guest OS"},
    {"memory_mb", CONFIG_REAL, AT(memory_mb), 1, MB_MOST, NULL, true, "MB",
     "max: the configured \"physical\" size"},
    {"min_mb", CONFIG_REAL, AT(min_mb), 0, MB_MOST, NULL, true, "MB",
     "guaranteed even when memory is overcommitted"},
    {"shares", CONFIG_COUNT, AT(shares), 0, UINT32_MAX, NULL, false, "",
     "proportional entitlement; 10 per MB unless given (ESX Server 2)"},
    {"cpu_shares", CONFIG_COUNT, AT(cpu_shares), 1, 100000, "1000", false, "",
     "of CPU time, where VMs outnumber CPUs; all equal unless given"},
    {"power_on_s", CONFIG_REAL, AT(power_on_s), 0, SECONDS_MOST, "0", false, "s", "powers on"},
    {"power_off_s", CONFIG_REAL_OR_NONE, AT(power_off_s), 0, SECONDS_MOST, "none", false, "s",
     "powers off"},
};
#undef AT

#define AT(field) offsetof(struct config_guest, field)
static const struct config_row guest_rows[] = {
    {"os", CONFIG_OS, AT(os), 0, 0, NULL, true, "", "model of the guest OS"},
    {"guest_swap_mb", CONFIG_REAL, AT(swap_mb), 0, MB_MOST, NULL, true, "MB",
     "the guest's own paging device"},
    {"background_mb", CONFIG_REAL, AT(background_mb), 0, MB_MOST, "0", false, "MB",
     "memory that the idle OS keeps touching"},
    {"balloon_pages_s", CONFIG_COUNT, AT(balloon_pages_s), 0, 1000000, "1000", false, "pages/s",
     "the balloon driver's highest rate"},
    {"balloon_most_mb", CONFIG_REAL_OR_NONE, AT(balloon_most_mb), 0, MB_MOST, "none", false, "MB",
     "the guest OS's own cap on the balloon"},
};
#undef AT

#define AT(field) offsetof(struct config_boot, field)
static const struct config_row boot_rows[] = {
    {"early_s", CONFIG_REAL, AT(early_s), 0, SECONDS_MOST, "0", false, "s",
     "loader and kernel start"},
    {"early_mb", CONFIG_REAL, AT(early_mb), 0, MB_MOST, "0", false, "MB",
     "touched evenly over early_s"},
    {"zero_mb_s", CONFIG_REAL, AT(zero_mb_s), 0, MB_MOST, "0", false, "MB/s",
     "then Windows zeroes all memory this fast; 0: as fast as it goes"},
    {"services_s", CONFIG_REAL, AT(services_s), 0, SECONDS_MOST, "0", false, "s",
     "then services start"},
    {"services_mb", CONFIG_REAL, AT(services_mb), 0, MB_MOST, "0", false, "MB",
     "touched evenly over services_s"},
    {"balloon_s", CONFIG_REAL_OR_NONE, AT(balloon_s), 0, SECONDS_MOST, "none", false, "s",
     "the balloon driver starts"},
    {"image", CONFIG_COUNT, AT(image), 0, 1000000, "0", false, "",
     "VMs of one image have equal files and programs"},
};
#undef AT

#define AT(field) offsetof(struct config_record, field)
static const struct config_row record_rows[] = {
    {"optimum", CONFIG_BOOL, AT(optimum), 0, 0, "no", false, "",
     "the exact optimum of sharing at every sample"},
    {"touched", CONFIG_BOOL, AT(touched), 0, 0, "no", false, "",
     "the pages that are really touched in each sampling period"},
    {"written", CONFIG_BOOL, AT(written), 0, 0, "no", false, "",
     "what guests wrote: proves contents, and counts writes to hinted pages"},
};
#undef AT

#define AT(field) offsetof(struct config_workload, field)
static const struct config_row dbench_rows[] = {
    {"clients", CONFIG_COUNT, AT(dbench.clients), 1, 1000, NULL, true, "", "guest processes"},
    {"loadfile", CONFIG_FILE, AT(dbench.loadfile), 0, 0, "/usr/share/dbench/client.txt", false, "",
     "dbench's own, in Debian's package dbench, replayed by each client"},
    {"most_operations", CONFIG_COUNT, AT(dbench.most_operations), 0, UINT32_MAX, "0", false, "",
     "of the load file, from its start; 0: all"},
    {"start_s", CONFIG_REAL, AT(start_s), 0, SECONDS_MOST, NULL, false, "s",
     "from the start of the run; at power-on unless given"},
    {"stagger_s", CONFIG_SECONDS, AT(dbench.stagger_ns), 0, SECONDS_MOST, "0", false, "s",
     "clients start evenly over this time"},
};
static const struct config_row trace_rows[] = {
    {"file", CONFIG_FILE, AT(trace.file), 0, 0, NULL, true, "", "recording, native format"},
    {"speed", CONFIG_REAL, AT(trace.speed), 1e-6, 1e6, "1", false, "",
     "recorded seconds per simulated second"},
    {"shift_s", CONFIG_REAL, AT(trace.shift_s), 0, SECONDS_MOST, "0", false, "s",
     "where in the recording the replay begins"},
    {"loop_s", CONFIG_REAL_OR_NONE, AT(trace.loop_s), 0, SECONDS_MOST, "none", false, "s",
     "behind its end it goes on from there"},
    {"private_share", CONFIG_REAL, AT(trace.private_share), 0, 1, "0", false, "",
     "of its pages, whose contents no other page has"},
    {"start_s", CONFIG_REAL, AT(start_s), 0, SECONDS_MOST, NULL, false, "s",
     "from the start of the run; at power-on unless given"},
};
static const struct config_row application_rows[] = {
    {"name", CONFIG_NAME, AT(application.name), 0, 0, NULL, true, "", "of a row in the table"},
    {"table", CONFIG_FILE, AT(application.table), 0, 0, NULL, true, "",
     "CSV: what the memory of applications is made of"},
    {"memory_mb", CONFIG_REAL, AT(application.memory_mb), 0, MB_MOST, "0", false, "MB",
     "filled at the start; more where activity goes beyond it"},
    {"load_s", CONFIG_SECONDS, AT(application.load_ns), 0, SECONDS_MOST, "60", false, "s",
     "memory_mb is filled evenly over this time"},
    {"active_mb", CONFIG_REAL, AT(application.active_mb), 0, MB_MOST, "0", false, "MB",
     "hot set, with what the OS itself keeps touching"},
    {"activity", CONFIG_FILE, AT(application.activity), 0, 0, "", false, "",
     "CSV with t_s and columns of MB, instead of active_mb"},
    {"column", CONFIG_TEXT, AT(application.column), 0, 0, "", false, "",
     "of the activity file; the VM's name unless given"},
    {"cold_s", CONFIG_SECONDS, AT(application.cold_ns), 1, SECONDS_MOST, "3600", false, "s",
     "in which memory that is not hot is touched once"},
    {"busy", CONFIG_BOOL, AT(application.busy), 0, 0, "no", false, "", "computes without a pause"},
    {"start_s", CONFIG_REAL, AT(start_s), 0, SECONDS_MOST, NULL, false, "s",
     "from the start of the run; at power-on unless given"},
};
static const struct config_row device_io_rows[] = {
    {"buffer_pages", CONFIG_COUNT, AT(device_io.buffer_pages), 1, 1e9, NULL, true, "pages",
     "on which devices do I/O"},
    {"ios_s", CONFIG_REAL, AT(device_io.ios_s), 1e-3, 1e7, NULL, true, "1/s", "I/Os of one page"},
    {"ring", CONFIG_BOOL, AT(device_io.ring), 0, 0, "no", false, "",
     "pages in turn, as a network stack reuses its buffers; else drawn at random"},
    {"zipf", CONFIG_REAL, AT(device_io.zipf), 0, 10, "0", false, "",
     "the r-th page is drawn in proportion to r^-zipf; 0: all alike"},
    {"start_s", CONFIG_REAL, AT(start_s), 0, SECONDS_MOST, NULL, false, "s",
     "from the start of the run; at power-on unless given"},
};
static const struct config_row toucher_rows[] = {
    {"schedule", CONFIG_FILE, AT(toucher.schedule), 0, 0, NULL, true, "",
     "CSV with t_s, from start_s on, and mb: what it touches, in steps"},
    {"page_us", CONFIG_REAL, AT(toucher.page_us), 0, 1e6, "16", false, "us",
     "CPU time at each page; 16: writing 4 KB at 256 MB/s (COST zero)"},
    {"start_s", CONFIG_REAL, AT(start_s), 0, SECONDS_MOST, NULL, false, "s",
     "from the start of the run; at power-on unless given"},
};
static const struct config_row fill_rows[] = {
    {"pages", CONFIG_COUNT, AT(fill.pages), 1, 1e9, NULL, true, "pages", "that are filled"},
    {"contents", CONFIG_COUNT, AT(fill.contents), 0, 1e9, "0", false, "",
     "a write draws from so many, the same in every VM; 0: unlike any other"},
    {"writes_s", CONFIG_REAL, AT(fill.writes_s), 0, 1e6, "0", false, "1/s",
     "pages written anew, once all are filled"},
    {"start_s", CONFIG_REAL, AT(start_s), 0, SECONDS_MOST, NULL, false, "s",
     "from the start of the run; at power-on unless given"},
};
static const struct config_row pages_rows[] = {
    {"memory_mb", CONFIG_REAL, AT(pages.memory_mb), 1, MB_MOST / 16, NULL, true, "MB",
     "of the process; filled first"},
    {"fill_mb_s", CONFIG_REAL, AT(pages.fill_mb_s), 0.001, 1e6, "1000", false, "MB/s",
     "how fast it is filled"},
    {"cyclic", CONFIG_BOOL, AT(pages.cyclic), 0, 0, "no", false, "",
     "touched in order, again and again; else by Zipf's law"},
    {"skew", CONFIG_REAL, AT(pages.skew), 0, 10, "1", false, "", "exponent of Zipf's law"},
    {"rate_pages_s", CONFIG_REAL, AT(pages.rate_pages_s), 0.001, 1e9, NULL, true, "pages/s",
     "touches that are due"},
    {"writes", CONFIG_REAL, AT(pages.writes), 0, 1, "0.5", false, "",
     "share of touches that write"},
    {"start_s", CONFIG_REAL, AT(start_s), 0, SECONDS_MOST, NULL, false, "s",
     "from the start of the run; at power-on unless given"},
};
#undef AT

const struct config_section config_top_section = SECTION("the experiment", top_rows);
const struct config_section config_machine_section = SECTION("machine", machine_rows);
const struct config_section config_vm_section = SECTION("vm", vm_rows);
const struct config_section config_guest_section = SECTION("guest", guest_rows);
const struct config_section config_boot_section = SECTION("boot", boot_rows);
const struct config_section config_record_section = SECTION("record", record_rows);
const struct config_section config_workload_sections[CONFIG_WORKLOADS] = {
    [CONFIG_IDLE] = {"idle", NULL, 0},
    [CONFIG_DBENCH] = SECTION("dbench", dbench_rows),
    [CONFIG_TRACE] = SECTION("trace", trace_rows),
    [CONFIG_APPLICATION] = SECTION("application", application_rows),
    [CONFIG_DEVICE_IO] = SECTION("device_io", device_io_rows),
    [CONFIG_TOUCHER] = SECTION("toucher", toucher_rows),
    [CONFIG_FILL] = SECTION("fill", fill_rows),
    [CONFIG_PAGES] = SECTION("pages", pages_rows),
};

const struct config_section *config_policy_section(void)
{
    static struct config_row rows[CONFIG_ROWS_MOST];
    static struct config_section section = {"policy", rows, 0};

    assert(mp_tunable_row_count <= CONFIG_ROWS_MOST);
    for (uint32_t i = section.count; i < mp_tunable_row_count; i++) {
        const struct mp_tunable_row *tunable = &mp_tunable_rows[i];
        bool tax = strcmp(tunable->name, "idle_tax_bp") == 0;
        rows[i] = (struct config_row){.key = tax ? "idle_tax" : tunable->name,
                                      .type = tax ? CONFIG_FRACTION : CONFIG_COUNT,
                                      .offset = tunable->offset,
                                      .least = tunable->least / (tax ? 1e4 : 1),
                                      .most = tunable->most / (tax ? 1e4 : 1),
                                      .unit = tax ? "fraction" : tunable->unit,
                                      .help = tunable->source};
        section.count = i + 1;
    }
    return &section;
}

int config_row_find(const struct config_section *section, const char *key)
{
    for (uint32_t i = 0; i < section->count; i++)
        if (strcmp(section->rows[i].key, key) == 0)
            return (int)i;
    return -1;
}

/* ---- Text to value ----------------------------------------------------------------------- */

static bool number_parse(const char *text, double *number)
{
    /* Plain decimal only: strtod would also take "inf", "nan" and hexadecimal. */
    if (*text == '\0' || text[strspn(text, "0123456789+-.eE")] != '\0')
        return false;
    char *end;
    errno = 0;
    *number = strtod(text, &end);
    return *end == '\0' && errno == 0;
}

static int refuse(const struct config_row *row, const struct config_value *value,
                  const char *expected, struct sim_error *error)
{
    return sim_error_set(error, SIM_USAGE, "%s: %s: expected %s, found '%s'", value->origin,
                         row->key, expected, value->text);
}

static int number_set(const struct config_row *row, const struct config_value *value, void *place,
                      struct sim_error *error)
{
    char expected[120];
    bool whole = row->type == CONFIG_COUNT;
    double number;

    snprintf(expected, sizeof expected, "a %s from %.10g to %.10g%s",
             whole ? "whole number" : "number", row->least, row->most,
             row->type == CONFIG_REAL_OR_NONE ? ", or none" : "");
    if (row->type == CONFIG_REAL_OR_NONE && strcmp(value->text, "none") == 0)
        number = INFINITY;
    else if (!number_parse(value->text, &number) || number < row->least || number > row->most ||
             (whole && number != floor(number)))
        return refuse(row, value, expected, error);

    switch (row->type) {
    case CONFIG_COUNT:
        *(uint32_t *)place = (uint32_t)number;
        break;
    case CONFIG_FRACTION:
        *(uint32_t *)place = (uint32_t)lround(number * 1e4);
        break;
    case CONFIG_SECONDS:
        *(uint64_t *)place = config_ns(number);
        break;
    default:
        *(double *)place = number;
    }
    return SIM_OK;
}

static int bool_set(const struct config_row *row, const struct config_value *value, bool *place,
                    struct sim_error *error)
{
    if (strcmp(value->text, "yes") == 0 || strcmp(value->text, "true") == 0)
        *place = true;
    else if (strcmp(value->text, "no") == 0 || strcmp(value->text, "false") == 0)
        *place = false;
    else
        return refuse(row, value, "yes or no", error);
    return SIM_OK;
}

static int os_set(const struct config_row *row, const struct config_value *value,
                  enum guest_os *place, struct sim_error *error)
{
    for (int os = 0; os < GUEST_OS_COUNT; os++) {
        if (strcmp(value->text, guest_os_name((enum guest_os)os)) == 0) {
            *place = (enum guest_os)os;
            return SIM_OK;
        }
    }
    return refuse(row, value, "bare, linux-2.4 or windows-2000", error);
}

static int text_set(const struct config_row *row, const struct config_value *value,
                    const char **place, struct sim_memory *memory, struct sim_error *error)
{
    bool name = row->type == CONFIG_NAME;
    if (row->required && value->text[0] == '\0')
        return refuse(row, value, "a text", error);
    if (strlen(value->text) >= CONFIG_TEXT_BYTES)
        return sim_error_set(error, SIM_USAGE, "%s: %s: expected at most %u bytes, found %zu",
                             value->origin, row->key, CONFIG_TEXT_BYTES - 1, strlen(value->text));
    if (name) {
        size_t length = strspn(value->text, "abcdefghijklmnopqrstuvwxyz0123456789_-.");
        if (value->text[length] != '\0' || length >= CONFIG_NAME_BYTES || value->text[0] == '.')
            return refuse(row, value, "a short name of lower-case letters, digits, '_' and '-'",
                          error);
    }
    *place = sim_memory_text(memory, "%s", value->text);
    return SIM_OK;
}

static int value_set(const struct config_row *row, const struct config_value *value, void *place,
                     struct sim_memory *memory, struct sim_error *error)
{
    switch (row->type) {
    case CONFIG_BOOL:
        return bool_set(row, value, place, error);
    case CONFIG_OS:
        return os_set(row, value, place, error);
    case CONFIG_TEXT:
    case CONFIG_FILE:
    case CONFIG_NAME:
        return text_set(row, value, place, memory, error);
    default:
        return number_set(row, value, place, error);
    }
}

int config_section_parse(const struct config_section *section, const struct config_values *values,
                         const char *origin, void *base, struct sim_memory *memory,
                         struct sim_error *error)
{
    for (uint32_t i = 0; i < section->count; i++) {
        const struct config_row *row = &section->rows[i];
        struct config_value value = values->at[i];
        if (value.text == NULL)
            value = (struct config_value){row->preset, origin};
        if (value.text == NULL && row->required)
            return sim_error_set(error, SIM_USAGE, "%s: expected the key '%s' (%s), found none",
                                 origin, row->key, row->help);
        if (value.text == NULL)
            continue;
        int status = value_set(row, &value, (char *)base + row->offset, memory, error);
        if (status != SIM_OK)
            return status;
    }
    return SIM_OK;
}

/* ---- Value to text ----------------------------------------------------------------------- */

bool config_row_print(const struct config_row *row, const void *base, char *text, size_t bytes)
{
    const void *place = (const char *)base + row->offset;
    int length;

    switch (row->type) {
    case CONFIG_COUNT:
        length = snprintf(text, bytes, "%u", *(const uint32_t *)place);
        break;
    case CONFIG_FRACTION:
        length = snprintf(text, bytes, "%.10g", *(const uint32_t *)place / 1e4);
        break;
    case CONFIG_SECONDS:
        length = snprintf(text, bytes, "%.15g", (double)*(const uint64_t *)place / 1e9);
        break;
    case CONFIG_BOOL:
        length = snprintf(text, bytes, "%s", *(const bool *)place ? "yes" : "no");
        break;
    case CONFIG_OS:
        length = snprintf(text, bytes, "%s", guest_os_name(*(const enum guest_os *)place));
        break;
    case CONFIG_TEXT:
    case CONFIG_FILE:
    case CONFIG_NAME:
        length = snprintf(text, bytes, "%s", *(const char *const *)place);
        break;
    default: {
        double number = *(const double *)place;
        length =
            isinf(number) ? snprintf(text, bytes, "none") : snprintf(text, bytes, "%.15g", number);
    }
    }
    assert(length >= 0 && (size_t)length < bytes);
    return length > 0;
}
