/*
 * dbench: its own load, replayed by each of its clients as a process of the guest (paper, 3.2 and
 * Figures 2 and 7). A run is dbench's: every client goes once through the load, with files of its
 * own, and the run lasts until the last client ends. The next run then begins.
 *
 * `progress` counts the bytes that all clients read and wrote, in MB of 10^6 (dbench scales by
 * 1e-6), when an operation is complete. A run's figure is dbench 1's: the MB of the clients that
 * ended it, divided by the time of the run. So a small VM has to do the same work as a large one.
 *
 * The clients of the first run start evenly over `stagger_ns`: clients in step want the same part
 * of the load at once, and how much they are in step decides how the cache's size acts on them.
 */
#include "workloads/dbench.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "sim/event.h"
#include "workloads/context.h"
#include "workloads/dbench_load.h"

#define DEFAULT_LOADFILE "/usr/share/dbench/client.txt"
#define LOOK_NS          (100 * SIM_MS)      /* our choice: who has ended looks so often */
#define FILES_MOST       (UINT32_C(1) << 20) /* what a guest can hold */

struct client {
    struct guest_program program;
    struct dbench *dbench;
    uint32_t first_file;
    uint32_t run;             /* that it is in */
    uint32_t next;            /* operation of the load */
    uint32_t under_way_bytes; /* of the operation that the guest is at */
    uint64_t bytes;           /* read and written so far */
};

struct dbench {
    struct wl wl;
    struct dbench_load load;
    uint32_t client_count, clients_alive, runs;
    uint32_t run;       /* under way, or `runs` at the end */
    uint32_t run_ended; /* clients that have ended it */
    uint64_t run_began_ns;
    double run_mb_s; /* of the run before */
    struct client clients[];
};

static void end_run_if_all_ended(struct dbench *dbench, uint64_t now_ns)
{
    uint64_t bytes = dbench->load.read_bytes + dbench->load.written_bytes;

    if (dbench->run_ended == 0 || dbench->run_ended < dbench->clients_alive)
        return;
    dbench->run_mb_s =
        (double)bytes / 1e6 * dbench->run_ended * 1e9 / (double)(now_ns - dbench->run_began_ns);
    dbench->run++;
    dbench->run_ended = 0;
    dbench->run_began_ns = now_ns;
}

static void end_part(struct client *client, uint64_t now_ns)
{
    client->next = 0;
    client->run++;
    client->dbench->run_ended++;
    end_run_if_all_ended(client->dbench, now_ns);
}

/* The others do not wait for a client that is no more. What it did of this run does not count. */
static void client_killed(struct guest_program *program, uint64_t now_ns)
{
    struct dbench *dbench = sim_event_owner(program, struct client, program)->dbench;

    dbench->clients_alive--;
    end_run_if_all_ended(dbench, now_ns);
}

static void client_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct client *client = sim_event_owner(program, struct client, program);
    struct dbench *dbench = client->dbench;

    client->bytes += client->under_way_bytes;
    client->under_way_bytes = 0;
    if (client->next == dbench->load.count)
        end_part(client, now_ns);
    if (dbench->runs > 0 && client->run == dbench->runs) {
        op->kind = GUEST_OP_EXIT;
        return;
    }
    if (client->run > dbench->run) {
        /* All look at the same moments, so that the next run begins in step. */
        op->kind = GUEST_OP_SLEEP;
        op->at_ns = (now_ns / LOOK_NS + 1) * LOOK_NS;
        return;
    }

    const struct dbench_op *next = &dbench->load.ops[client->next++];

    *op = (struct guest_op){.file = client->first_file + next->file};
    switch ((enum dbench_kind)next->kind) {
    case DBENCH_META:
        op->kind = GUEST_OP_META;
        op->count = next->bytes;
        break;
    case DBENCH_READ:
    case DBENCH_WRITE:
        op->kind = next->kind == DBENCH_READ ? GUEST_OP_FILE_READ : GUEST_OP_FILE_WRITE;
        op->offset = next->offset;
        op->bytes = next->bytes;
        client->under_way_bytes = next->bytes;
        break;
    case DBENCH_SYNC:
        op->kind = GUEST_OP_FILE_SYNC;
        break;
    case DBENCH_TRUNCATE:
        op->kind = GUEST_OP_FILE_TRUNCATE;
        break;
    case DBENCH_DELETE:
        op->kind = GUEST_OP_FILE_DELETE;
        break;
    }
}

static const struct dbench *dbench_of(const struct wl *wl)
{
    return (const struct dbench *)(const void *)wl;
}

static void dbench_stop(struct wl *wl)
{
    struct dbench *dbench = (struct dbench *)(void *)wl;

    if (!dbench)
        return;
    dbench_load_free(&dbench->load);
    free(dbench);
}

static double dbench_progress(const struct wl *wl, uint64_t now_ns)
{
    uint64_t bytes = 0;

    (void)now_ns;
    for (uint32_t i = 0; i < dbench_of(wl)->client_count; i++)
        bytes += dbench_of(wl)->clients[i].bytes;
    return (double)bytes / 1e6;
}

uint64_t wl_dbench_client_bytes(const struct wl *wl, uint32_t client)
{
    assert(client < dbench_of(wl)->client_count);
    return dbench_of(wl)->clients[client].bytes;
}

struct guest_program *wl_dbench_client_program(struct wl *wl, uint32_t client)
{
    assert(client < dbench_of(wl)->client_count);
    return &((struct dbench *)(void *)wl)->clients[client].program;
}

static double dbench_run_figure(const struct wl *wl)
{
    return dbench_of(wl)->run_mb_s;
}

static const struct wl_kind dbench_kind = {.name = "dbench",
                                           .stop = dbench_stop,
                                           .progress = dbench_progress,
                                           .progress_unit = "MB",
                                           .run_figure = dbench_run_figure};

static int read_load(const struct wl_context *context, const struct wl_dbench_config *config,
                     struct dbench *dbench, struct sim_error *error)
{
    struct dbench_load *load = &dbench->load;
    char *path = wl_path_new(context, config->loadfile ? config->loadfile : DEFAULT_LOADFILE);

    if (!path)
        return wl_no_memory(context, error);
    int status = dbench_load_read(path, config->most_operations,
                                  (uint64_t)llround(config->client_mb * 1e6), load, error);
    free(path);
    if (status == SIM_OK && load->files > FILES_MOST / config->clients)
        return sim_error_set(error, SIM_USAGE,
                             "VM %s: expected at most %u files of all dbench clients, found %u "
                             "clients with %u each",
                             context->vm_name, FILES_MOST, config->clients, load->files);
    return status;
}

/* stagger_ns * client / clients. The product can be larger than 64 bits hold. */
static uint64_t late_ns(const struct wl_dbench_config *config, uint32_t client)
{
    uint64_t step_ns = config->stagger_ns / config->clients;
    uint64_t rest_ns = config->stagger_ns % config->clients;
    return step_ns * client + rest_ns * client / config->clients;
}

static int dbench_start(const struct wl_context *context, const void *configuration,
                        struct wl **out, struct sim_error *error)
{
    const struct wl_dbench_config *config = configuration;
    struct dbench *dbench = calloc(1, sizeof *dbench + config->clients * sizeof *dbench->clients);

    *out = NULL;
    assert(config->clients > 0);
    if (!dbench)
        return sim_error_set(error, SIM_SYSTEM, "VM %s: no memory for %u dbench clients",
                             context->vm_name, config->clients);
    dbench->wl.kind = &dbench_kind;
    dbench->client_count = dbench->clients_alive = config->clients;
    dbench->runs = config->runs;
    dbench->run_began_ns = context->start_ns;
    dbench->run_mb_s = NAN;
    int status = read_load(context, config, dbench, error);
    if (status != SIM_OK) {
        dbench_stop(&dbench->wl);
        return status;
    }
    for (uint32_t i = 0; i < config->clients; i++) {
        struct client *client = &dbench->clients[i];
        *client = (struct client){
            .program = {.next = client_next, .killed = client_killed, .name = "dbench client"},
            .dbench = dbench};
        client->first_file = guest_files_new(context->guest, dbench->load.files, 0);
        guest_spawn(context->guest, &client->program, context->start_ns + late_ns(config, i));
    }
    *out = &dbench->wl;
    return SIM_OK;
}

/* ---- The row --------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct wl_dbench_config, field)
static const struct sim_row rows[] = {
    {"clients", SIM_ROW_COUNT, AT(clients), 1, 1000, NULL, true, "",
     "the number of clients; each is a process of the guest"},
    {"loadfile", SIM_ROW_FILE, AT(loadfile), 0, 0, "/usr/share/dbench/client.txt", false, "",
     "dbench's load file, which each client replays; Debian's package dbench has it"},
    {"most_operations", SIM_ROW_COUNT, AT(most_operations), 0, UINT32_MAX, "0", false, "",
     "each client replays so many operations from the start of the file; 0: all"},
    {"client_mb", SIM_ROW_REAL, AT(client_mb), 0, 1e6, "132", false, "MB",
     "each client replays the load until it has read and written so many MB of 10^6 bytes, as "
     "dbench 1 counts them; 0: all"},
    {"runs", SIM_ROW_COUNT, AT(runs), 0, UINT32_MAX, "0", false, "",
     "the clients end after so many runs; 0: they begin again and again"},
    {"stagger_s", SIM_ROW_SECONDS, AT(stagger_ns), 0, WL_SECONDS_MOST, "0", false, "s",
     "the clients start evenly over this time"},
};
#undef AT

const struct wl_row wl_dbench = {.keys = SIM_SECTION("dbench", rows),
                                 .bytes = sizeof(struct wl_dbench_config),
                                 .needs = WL_NEEDS_OS,
                                 .scales = true,
                                 .start = dbench_start};
