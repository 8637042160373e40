/*
 * An application whose memory is described by its parts (parts.h) and whose activity is a number of
 * megabytes that may change with time (paper, Figures 4, 5 and 8).
 *
 * Activity becomes touches: the hot set is the first A(t) bytes of the application's memory, and
 * each page of it is touched once in 5 s of the VM's own time; what lies behind is touched rarely
 * and in rotation. (Where a page lies in "physical" memory is up to the guest's allocator.) The
 * first touch fills a page. Pages go in blocks of 64 KB, which belong to one part as a whole; parts
 * are spread evenly, so that any hot set is made of all of them.
 *
 * The hazard is a VM that was stopped for long: it does not catch up on touches that it missed.
 */
#include "workloads/application.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/event.h"
#include "sim/random.h"
#include "workloads/context.h"
#include "workloads/parts.h"
#include "workloads/series.h"

#define BLOCK_PAGES 16u              /* of 4 KiB */
#define HOT_NS      (5 * SIM_SECOND) /* each hot page is touched once in this time */
#define TICK_NS     (100 * SIM_MS)   /* our choice: how finely touches are spread over time */

struct application {
    struct wl wl;
    struct guest_program program, reader;
    struct wl_parts parts;
    struct wl_series activity;
    struct sim_random random;
    uint64_t vm_key; /* decides which of the contents that not all VMs have this one has */
    bool busy;
    double busy_above_mb, active_mb; /* active_mb: at the last tick */
    uint32_t page_scale, block_pages;
    double pages_per_mb;
    uint32_t blocks, background_pages;
    uint32_t load_blocks; /* filled at the start, evenly over load_ns */
    uint64_t start_ns, load_ns, cold_ns, ticked_ns;

    uint32_t *rank;      /* of each block: among those of its part */
    uint8_t *filled;     /* of each block: has it been touched? */
    uint32_t filled_end; /* blocks from here on never were */
    uint32_t hot_blocks, hot_at, cold_at, load_at;
    double hot_due, cold_due; /* blocks to touch until the next tick */
    uint32_t load_due;
    uint32_t filling_page, filling_end; /* pages that each get a content of their own */
    uint64_t touches, busy_ns;
    uint32_t untouched_pages; /* still to be asked for */
    uint32_t file;            /* still to be read, and its bytes; 0: read */
    uint64_t file_bytes;
};

static const struct application *application_of(const struct wl *wl)
{
    return (const struct application *)(const void *)wl;
}

/* ---- What a page holds ------------------------------------------------------------------- */

/* Multiples of the golden ratio are spread evenly over 0 .. 1, however many one takes. */
static const struct wl_part *part_of(const struct application *application, uint32_t block)
{
    double place = (double)(block * UINT64_C(11400714819323198485) >> 11) * 0x1p-53;
    const struct wl_part *part = application->parts.part;
    while (place >= part->up_to)
        part++;
    return part;
}

static uint64_t common_content(const struct application *application, uint32_t page)
{
    const struct wl_part *part = part_of(application, page / application->block_pages);
    double chance = (double)(sim_mix64(application->vm_key, page) >> 11) * 0x1p-53;
    if (chance >= part->present)
        return GUEST_CONTENT_PRIVATE;
    uint64_t index =
        (uint64_t)application->rank[page / application->block_pages] * application->block_pages +
        page % application->block_pages;
    return guest_content_plain(sim_mix64(part->key, index / part->copies));
}

static void rank_blocks(struct application *application)
{
    uint32_t count[WL_PARTS_MOST] = {0};
    for (uint32_t block = 0; block < application->blocks; block++)
        application->rank[block] = count[part_of(application, block) - application->parts.part]++;
}

static void memory_op(struct application *application, struct guest_op *op, uint32_t page,
                      uint32_t pages, bool write, uint64_t content)
{
    op->kind = GUEST_OP_MEMORY;
    op->first = page;
    op->pages = pages;
    op->write = write;
    op->content = content;
    application->touches += (uint64_t)pages * application->page_scale;
}

static void fill_next_page(struct application *application, struct guest_op *op)
{
    uint32_t page = application->filling_page++;
    memory_op(application, op, page, 1, true, common_content(application, page));
}

static void touch_block(struct application *application, uint32_t block, struct guest_op *op)
{
    const struct wl_part *part = part_of(application, block);
    uint32_t page = block * application->block_pages;
    if (application->filled[block]) {
        bool write = part->writes > 0 && sim_random_unit(&application->random) < part->writes;
        memory_op(application, op, page, application->block_pages, write, GUEST_CONTENT_PRIVATE);
        return;
    }
    application->filled[block] = 1;
    if (block >= application->filled_end)
        application->filled_end = block + 1;
    if (part->content == WL_PART_COMMON) {
        application->filling_page = page;
        application->filling_end = page + application->block_pages;
        fill_next_page(application, op);
    } else {
        bool write = part->content == WL_PART_PRIVATE;
        memory_op(application, op, page, application->block_pages, write, GUEST_CONTENT_PRIVATE);
    }
}

/* ---- When ----------------------------------------------------------------------------------- */

static uint32_t hot_blocks(const struct application *application, double mb)
{
    double pages = mb * application->pages_per_mb - application->background_pages;
    double blocks = pages > 0 ? pages / application->block_pages : 0;
    return blocks < application->blocks ? (uint32_t)blocks : application->blocks;
}

static void tick(struct application *application, uint64_t now_ns)
{
    uint64_t passed_ns = now_ns - application->ticked_ns;
    if (passed_ns > 2 * TICK_NS)
        passed_ns = 2 * TICK_NS;
    application->ticked_ns = now_ns;
    application->active_mb = wl_series_at(&application->activity, (double)now_ns / 1e9);
    application->hot_blocks = hot_blocks(application, application->active_mb);
    application->hot_due += application->hot_blocks * ((double)passed_ns / HOT_NS);
    uint32_t cold_blocks = application->filled_end > application->hot_blocks
                               ? application->filled_end - application->hot_blocks
                               : 0;
    application->cold_due += cold_blocks * ((double)passed_ns / (double)application->cold_ns);
    uint64_t since_ns = now_ns - application->start_ns;
    application->load_due = application->load_blocks;
    if (since_ns < application->load_ns)
        application->load_due = (uint32_t)((double)application->load_blocks * (double)since_ns /
                                           (double)application->load_ns);
}

/* A guest that computes has no time to zero free pages. */
static bool is_busy(const struct application *application)
{
    return application->busy ||
           (application->busy_above_mb > 0 && application->active_mb > application->busy_above_mb);
}

/* The next block that is due, or false. */
static bool next_block(struct application *application, uint32_t *block)
{
    if (application->load_at < application->load_due) {
        *block = application->load_at++;
        return true;
    }
    if (application->hot_due >= 1) {
        application->hot_due--;
        *block = application->hot_at < application->hot_blocks ? application->hot_at : 0;
        application->hot_at = *block + 1;
        return true;
    }
    while (application->cold_due >= 1) {
        application->cold_due--;
        if (application->cold_at < application->hot_blocks ||
            application->cold_at >= application->filled_end)
            application->cold_at = application->hot_blocks;
        *block = application->cold_at++;
        if (*block < application->filled_end && application->filled[*block])
            return true;
    }
    return false;
}

static void application_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct application *application = sim_event_owner(program, struct application, program);
    uint32_t block;

    if (application->filling_page < application->filling_end) {
        fill_next_page(application, op);
        return;
    }
    if (application->untouched_pages > 0) {
        op->kind = GUEST_OP_COMMIT;
        op->pages = application->untouched_pages;
        application->untouched_pages = 0;
        return;
    }
    if (now_ns >= application->ticked_ns + TICK_NS)
        tick(application, now_ns);
    if (next_block(application, &block)) {
        touch_block(application, block, op);
        return;
    }
    uint64_t next_ns = application->ticked_ns + TICK_NS;
    if (is_busy(application)) {
        op->kind = GUEST_OP_COMPUTE;
        op->ns = next_ns - now_ns;
        application->busy_ns += op->ns;
    } else {
        op->kind = GUEST_OP_SLEEP;
        op->at_ns = next_ns;
    }
}

/* A process of its own, which ends: what it has read stays in the cache while there is room. */
static void reader_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct application *application = sim_event_owner(program, struct application, reader);
    (void)now_ns;
    if (application->file_bytes == 0)
        return;
    op->kind = GUEST_OP_FILE_READ;
    op->file = application->file;
    op->bytes = application->file_bytes;
    application->file_bytes = 0;
}

/* ---- Starting and stopping ------------------------------------------------------------------ */

static void application_stop(struct wl *wl)
{
    if (!wl)
        return;
    struct application *application = (struct application *)(void *)wl;
    wl_series_fini(&application->activity);
    sim_random_fini(&application->random);
    free(application->filled);
    free(application->rank);
    free(application);
}

static double touches_progress(const struct wl *wl, uint64_t now_ns)
{
    (void)now_ns;
    return (double)application_of(wl)->touches;
}

static double busy_progress(const struct wl *wl, uint64_t now_ns)
{
    (void)now_ns;
    return (double)application_of(wl)->busy_ns / 1e9;
}

static const struct wl_kind touching = {.name = "application",
                                        .stop = application_stop,
                                        .progress = touches_progress,
                                        .progress_unit = "pages"};
static const struct wl_kind computing = {.name = "application",
                                         .stop = application_stop,
                                         .progress = busy_progress,
                                         .progress_unit = "CPU s"};

/* A file of activity, or a constant. */
static int activity_read(struct application *application, const struct wl_context *context,
                         const struct wl_application_config *config, struct sim_error *error)
{
    double most_mb = wl_process_pages_most(context->memory_pages) / application->pages_per_mb;
    struct wl_series *activity = &application->activity;
    if (config->activity[0] == '\0') {
        *activity = (struct wl_series){1, calloc(1, sizeof(double)), malloc(sizeof(double))};
        if (!activity->t_s || !activity->value)
            return wl_no_memory(context, error);
        activity->value[0] = config->active_mb < most_mb ? config->active_mb : most_mb;
        return SIM_OK;
    }
    char *path = wl_path_new(context, config->activity);
    if (!path)
        return wl_no_memory(context, error);
    const char *column = config->column[0] != '\0' ? config->column : context->vm_name;
    int status = wl_series_read(activity, path, column, 0, most_mb, error);
    free(path);
    return status;
}

static int parts_read(struct application *application, const struct wl_context *context,
                      const struct wl_application_config *config, struct sim_error *error)
{
    char *path = wl_path_new(context, config->table);
    if (!path)
        return wl_no_memory(context, error);
    int status = wl_parts_read(&application->parts, path, config->name, error);
    free(path);
    return status;
}

static uint64_t key_of(const struct wl_context *context)
{
    return sim_mix64(sim_mix64(context->seed, context->replicate), wl_name_key(context->vm_name));
}

static int application_start(const struct wl_context *context, const void *configuration,
                             struct wl **out, struct sim_error *error)
{
    const struct wl_application_config *config = configuration;
    struct application *application = calloc(1, sizeof *application);

    if (!application)
        return wl_no_memory(context, error);
    wl_random_init(context, "application", &application->random);
    application->wl.kind = config->busy ? &computing : &touching;
    application->busy = config->busy;
    application->busy_above_mb = config->busy_above_mb;
    application->vm_key = key_of(context);
    application->page_scale = wl_page_scale(context);
    application->pages_per_mb = wl_pages_per_mb(context);
    application->block_pages =
        application->page_scale < BLOCK_PAGES ? BLOCK_PAGES / application->page_scale : 1;
    application->blocks = wl_process_pages_most(context->memory_pages) / application->block_pages;
    application->background_pages = context->background_pages;
    double load = config->memory_mb * application->pages_per_mb / application->block_pages;
    application->load_blocks = load < application->blocks ? (uint32_t)load : application->blocks;
    application->start_ns = application->ticked_ns = context->start_ns;
    application->load_ns = config->load_ns;
    application->untouched_pages = (uint32_t)(config->untouched_mb * application->pages_per_mb);
    application->cold_ns = config->cold_ns;
    application->filled = calloc(application->blocks + 1, 1);
    application->rank = calloc(application->blocks + 1, sizeof *application->rank);
    int status = application->filled && application->rank ? SIM_OK : wl_no_memory(context, error);
    if (status == SIM_OK)
        status = parts_read(application, context, config, error);
    if (status == SIM_OK)
        status = activity_read(application, context, config, error);
    if (status != SIM_OK) {
        application_stop(&application->wl);
        return status;
    }
    rank_blocks(application);
    application->program =
        (struct guest_program){.next = application_next,
                               .memory_pages = application->blocks * application->block_pages,
                               .name = "application"};
    guest_spawn(context->guest, &application->program, context->start_ns);
    if (config->files_mb > 0) {
        application->file_bytes = (uint64_t)(config->files_mb * (1 << 20));
        application->file = guest_files_new(context->guest, 1, application->file_bytes);
        application->reader = (struct guest_program){.next = reader_next, .name = "reader"};
        guest_spawn(context->guest, &application->reader, context->start_ns);
    }
    *out = &application->wl;
    return SIM_OK;
}

/* ---- The row --------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct wl_application_config, field)
static const struct sim_row rows[] = {
    {"name", SIM_ROW_NAME, AT(name), 0, 0, NULL, true, "",
     "the name of the application in the table"},
    {"table", SIM_ROW_FILE, AT(table), 0, 0, NULL, true, "",
     "a CSV file that says what the memory of applications is made of"},
    {"memory_mb", SIM_ROW_REAL, AT(memory_mb), 0, WL_PROCESS_MB_MOST, "0", false, "MB",
     "the memory that is filled at the start; activity beyond it fills more"},
    {"load_s", SIM_ROW_SECONDS, AT(load_ns), 0, WL_SECONDS_MOST, "60", false, "s",
     "memory_mb is filled evenly over this time"},
    {"active_mb", SIM_ROW_REAL, AT(active_mb), 0, WL_PROCESS_MB_MOST, "0", false, "MB",
     "the size of the hot set, with what the OS itself keeps touching"},
    {"activity", SIM_ROW_FILE, AT(activity), 0, 0, "", false, "",
     "a CSV file with t_s and columns of MB, instead of active_mb"},
    {"column", SIM_ROW_TEXT, AT(column), 0, 0, "", false, "",
     "the column of the activity file; the VM's name unless given"},
    {"untouched_mb", SIM_ROW_REAL, AT(untouched_mb), 0, WL_PROCESS_MB_MOST, "0", false, "MB",
     "more memory that it asks for at the start and never touches: the guest reports it as "
     "committed"},
    {"files_mb", SIM_ROW_REAL, AT(files_mb), 0, WL_FILE_MB_MOST, "0", false, "MB",
     "files that are read once at the start, and fill the guest's cache"},
    {"cold_s", SIM_ROW_SECONDS, AT(cold_ns), 1, WL_SECONDS_MOST, "3600", false, "s",
     "the time in which memory that is not hot is touched once"},
    {"busy", SIM_ROW_BOOL, AT(busy), 0, 0, "no", false, "",
     "the application computes without a pause"},
    {"busy_above_mb", SIM_ROW_REAL, AT(busy_above_mb), 0, WL_MB_MOST, "0", false, "MB",
     "the application computes without a pause while its activity is above this; 0: never"},
};
#undef AT

static bool application_check(const void *configuration, const struct wl_vm *vm,
                              struct wl_problem *problem)
{
    const struct wl_application_config *config = configuration;

    return wl_fits_mb(problem, "memory_mb", config->memory_mb, vm) &&
           wl_fits_mb(problem, "active_mb", config->active_mb, vm);
}

const struct wl_row wl_application = {.keys = SIM_SECTION("application", rows),
                                      .bytes = sizeof(struct wl_application_config),
                                      .needs = WL_NEEDS_OS,
                                      .scales = true,
                                      .check = application_check,
                                      .start = application_start};
