/*
 * `ballast scan`: how much memory sharing would save in real memory images.
 *
 * Images of different VMs are in memory together. Several images of one VM are its memory at
 * several moments: the n-th image of each VM belongs to the n-th moment. At most three moments are
 * open at a time: the first one, the previous one and the present one.
 */
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/cli/image_options.h"
#include "ballast/cli/reader_notes.h"
#include "ballast/config/config.h"
#include "ballast/scan/image_guard.h"
#include "ballast/scan/report.h"
#include "sim/memory.h"

/* Our choice: one thread shares; more than three others do not hash faster. */
#define THREADS_MOST 4u

struct vm_images {
    const char *name;
    const char **paths;
    uint32_t count;
};

struct options {
    bool json;
    uint32_t threads; /* 0: not given */
    struct option_times at;
    struct tr_snapshot_options images;
};

struct scan_command {
    struct sim_memory memory;
    const struct options *options;
    struct tr_snapshot_options reading; /* of images */
    uint32_t moments, threads, vms;
    struct vm_images *images;
    const char **names;
    struct scan_moment *at;
    struct tr_snapshot **first, **before, **now; /* one of each VM, or NULL */
};

/* ---- The command line -------------------------------------------------------------------- */

/* One for each processor that this process may use, up to THREADS_MOST. */
static uint32_t own_threads(void)
{
    cpu_set_t cpus;
    int count = sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;

    return count < 1 ? 1 : count < (int)THREADS_MOST ? (uint32_t)count : THREADS_MOST;
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* The name of the file without its folder, up to the first dot. */
static const char *name_of_file(struct scan_command *command, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    size_t length = strcspn(name, ".");

    return sim_memory_text(&command->memory, "%.*s", (int)(length > 0 ? length : strlen(name)),
                           name);
}

/* Takes "FILE", "FILE,FILE" or "NAME=FILE,FILE". Where a file exists whose name is the whole text,
 * it is that file, whatever characters are in its name. */
static int take_images(struct scan_command *command, const char *text, struct vm_images *images,
                       struct sim_error *error)
{
    const char *equals = is_there(text) ? NULL : strchr(text, '=');
    const char *at = equals != NULL ? equals + 1 : text;
    uint32_t commas = 0;

    for (const char *c = at; *c != '\0'; c++)
        commas += *c == ',';
    if (is_there(at))
        commas = 0;
    images->paths = sim_memory_get(&command->memory, (commas + 1) * sizeof *images->paths);
    while (images->count <= commas) {
        size_t length = images->count < commas ? strcspn(at, ",") : strlen(at);
        if (length == 0)
            return sim_error_set(error, SIM_USAGE,
                                 "scan: expected [NAME=]FILE[,FILE...], found '%s'", text);
        images->paths[images->count++] = sim_memory_text(&command->memory, "%.*s", (int)length, at);
        at += length + 1;
    }
    images->name = equals != NULL
                       ? sim_memory_text(&command->memory, "%.*s", (int)(equals - text), text)
                       : name_of_file(command, images->paths[0]);
    return SIM_OK;
}

/* There are as many moments as times; where no time is given, as many as the images of the VM that
 * has most. A VM with one image may be a recording, which holds all moments. */
static int count_moments(struct scan_command *command, struct sim_error *error)
{
    uint32_t times = command->options->at.count;

    command->moments = times > 0 ? times : 1;
    for (uint32_t vm = 0; vm < command->vms && times == 0; vm++)
        if (command->images[vm].count > command->moments)
            command->moments = command->images[vm].count;
    for (uint32_t vm = 0; vm < command->vms; vm++)
        if (command->images[vm].count != command->moments && command->images[vm].count != 1)
            return sim_error_set(
                error, SIM_USAGE, "scan: %s: expected %u images, one for each moment, found %u",
                command->images[vm].name, command->moments, command->images[vm].count);
    if (command->moments > OPTION_TIMES_MOST)
        return sim_error_set(error, SIM_USAGE, "scan: expected at most %u moments, found %u",
                             OPTION_TIMES_MOST, command->moments);
    return SIM_OK;
}

static int take_vms(struct scan_command *command, uint32_t count, char *const *texts,
                    struct sim_error *error)
{
    struct sim_memory *memory = &command->memory;

    if (count > SCAN_VMS_MOST)
        return sim_error_set(error, SIM_USAGE, "scan: expected images of at most %u VMs, found %u",
                             SCAN_VMS_MOST, count);
    command->vms = count;
    command->images = sim_memory_get(memory, command->vms * sizeof *command->images);
    command->names = sim_memory_get(memory, command->vms * sizeof *command->names);
    for (uint32_t vm = 0; vm < command->vms; vm++) {
        int status = take_images(command, texts[vm], &command->images[vm], error);
        if (status != SIM_OK)
            return status;
        command->names[vm] = command->images[vm].name;
        for (uint32_t other = 0; other < vm; other++)
            if (strcmp(command->names[other], command->names[vm]) == 0)
                return sim_error_set(error, SIM_USAGE,
                                     "scan: expected VMs of different names, found %s twice; say "
                                     "NAME=%s",
                                     command->names[vm], command->images[vm].paths[0]);
    }
    return count_moments(command, error);
}

/* ---- Moments ----------------------------------------------------------------------------- */

static int open_moment(struct scan_command *command, uint32_t moment, struct sim_error *error)
{
    struct tr_snapshot_options reading = command->reading;
    const struct option_times *times = &command->options->at;
    struct scan_moment *at = &command->at[moment];

    at->at_s = times->count > 0 ? times->at_s[moment] : (double)NAN;
    if (times->count > 0)
        reading.at_ns = config_ns(at->at_s);
    at->images = sim_memory_get(&command->memory, command->vms * sizeof *at->images);
    for (uint32_t vm = 0; vm < command->vms; vm++) {
        const struct vm_images *images = &command->images[vm];
        struct scan_image *image = &at->images[vm];
        image->path = images->paths[images->count > 1 ? moment : 0];
        int status = tr_snapshot_open(image->path, &reading, &command->now[vm], error);
        if (status != SIM_OK)
            return status;
        image->facts = *tr_snapshot_facts(command->now[vm]);
        reader_notes_print(image->path, tr_snapshot_notes(command->now[vm]));
        if (images->count < command->moments && !image->facts.has_moments)
            return sim_error_set(error, SIM_USAGE,
                                 "scan: %s: expected %u images, one for each moment, found %u",
                                 images->name, command->moments, images->count);
    }
    int status = scan_check_kinds(command->now, command->vms, error);
    if (status == SIM_OK && moment > 0) {
        struct tr_snapshot *pair[] = {command->first[0], command->now[0]};
        status = scan_check_kinds(pair, 2, error);
    }
    return status;
}

static void close_all(struct tr_snapshot **snapshots, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        tr_snapshot_close(snapshots[i]);
        snapshots[i] = NULL;
    }
}

/* The present moment becomes the previous one. The first moment stays open. */
static void pass_on(struct scan_command *command, uint32_t moment)
{
    if (moment > 1)
        close_all(command->before, command->vms);
    memcpy(moment == 0 ? command->first : command->before, command->now,
           command->vms * sizeof *command->now);
    memset(command->now, 0, command->vms * sizeof *command->now);
}

static int scan_moment(struct scan_command *command, uint32_t moment, struct sim_error *error)
{
    struct scan_moment *now = &command->at[moment];
    int status = open_moment(command, moment, error);

    if (status == SIM_OK)
        status = scan_run(command->now, command->vms, command->threads, &now->result, error);
    for (uint32_t vm = 0; status == SIM_OK && moment > 0 && vm < command->vms; vm++) {
        const struct scan_moment *first = &command->at[0], *before = now - 1;
        const struct tr_snapshot *last = (moment > 1 ? command->before : command->first)[vm];
        scan_change_add(&now->since_last, last, before->result.shareable[vm], command->now[vm],
                        now->result.shareable[vm]);
        scan_change_add(&now->since_first, command->first[vm], first->result.shareable[vm],
                        command->now[vm], now->result.shareable[vm]);
    }
    return status;
}

static int scan_all(struct scan_command *command, struct sim_error *error)
{
    struct tr_snapshot **all = sim_memory_get(&command->memory, 3 * command->vms * sizeof *all);
    int status = SIM_OK;

    command->first = all;
    command->before = all + command->vms;
    command->now = all + 2 * command->vms;
    command->at = sim_memory_get(&command->memory, command->moments * sizeof *command->at);
    image_guard_install();
    for (uint32_t i = 0; i < command->moments && status == SIM_OK; i++) {
        status = scan_moment(command, i, error);
        if (status == SIM_OK)
            pass_on(command, i);
    }
    close_all(all, 3 * command->vms);
    return status;
}

static int scan(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct scan_command *command = calloc(1, sizeof *command);
    if (command == NULL)
        return sim_error_set(error, SIM_SYSTEM, "scan: no memory");

    command->options = options;
    command->threads = options->threads > 0 ? options->threads : own_threads();
    command->reading = options->images;
    command->reading.at_ns = TR_SNAPSHOT_DEFAULTS.at_ns;
    int status = take_vms(command, line->count, line->operands, error);
    if (status == SIM_OK)
        status = scan_all(command, error);
    if (status == SIM_OK) {
        struct scan_report report = {command->vms, command->moments, command->names, command->at};
        (options->json ? scan_report_json : scan_report_print)(&report, stdout);
    }
    for (uint32_t i = 0; command->at != NULL && i < command->moments; i++)
        scan_result_fini(&command->at[i].result);
    sim_memory_free(&command->memory);
    free(command);
    return status;
}

static const struct option_row rows[] = {
    {.name = "json", .type = OPTION_FLAG, OPTION_IN(options, json), .help = "print JSON"},
    {.name = "at",
     .type = OPTION_TIMES,
     .argument = "S,S,...",
     OPTION_IN(options, at),
     .help = "the moments: of images in their order; in a native trace, where to look (its end "
             "unless given)"},
    {.name = "threads",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, threads),
     .least = 1,
     .most = SCAN_THREADS_MOST,
     .help = "threads that hash; one for each processor, at most 4, unless given"},
    {.name = "zero-hash",
     .type = OPTION_HEX,
     .argument = "HEX",
     OPTION_IN(options, images.zero_hash),
     OPTION_GIVEN(options, images.has_zero_hash),
     .help = "the hash of a page of zeroes in page hashes; the recorder's unless given"},
};
static const struct option_group groups[] = {
    COMMAND_GROUP("Options", rows),
    IMAGE_GROUP(options),
    {0},
};

const struct command command_scan = {
    .name = "scan",
    .operands = "[NAME=]IMAGE[,IMAGE...]...",
    .least = 1,
    .most = COMMAND_OPERANDS_ANY,
    .expected = "an image",
    .summary = "Counts page sharing in real memory images, by the policy's own sharing code",
    .text =
        "Each argument is a VM; several images of one VM, with commas between, are its memory at\n"
        "several moments. Images are ELF cores (dump-guest-memory, virsh dump --memory-only,\n"
        "dumpvmcore), cores of Xen (dump-core), LiME, raw (pmemsave), page hashes (.h64, "
        ".h64.zst)\n"
        "and native traces (.btr), plain or compressed. Real bytes are compared in full.\n\n"
        "  shared     pages whose content occurs at least twice\n"
        "  reclaimed  of these, all but one copy of each content: what sharing saves\n"
        "  self       what each VM would reclaim alone\n"
        "  inter-VM   the rest of what is reclaimed, which salting loses\n",
    .examples =
        "  ballast scan web.elf db.elf mail.lime\n"
        "  ballast scan web=web.t0.elf,web.t1.elf db=db.t0.elf,db.t1.elf --at 0,600\n"
        "  ballast scan --at 30,90,150,210 traces/samples/A1.btr traces/samples/A2.btr --json\n",
    .groups = groups,
    .bytes = sizeof(struct options),
    .run = scan,
};
