/*
 * dbench: its own load, replayed by each of its clients as a process of the guest (paper, 3.2 and
 * Figures 2 and 7). Throughput is dbench's own: bytes read and written by all clients, in MB of
 * 10^6 (the program scales by 1e-6).
 *
 * Every client goes through the load again and again, with files of its own. They start evenly over
 * `stagger_ns`.
 */
#include <stdlib.h>

#include "sim/event.h"
#include "workloads/dbench_load.h"
#include "workloads/wl.h"

#define DEFAULT_LOADFILE "/usr/share/dbench/client.txt"

struct dbench;

struct client {
    struct guest_program program;
    struct dbench *dbench;
    uint32_t first_file;
    uint32_t next;      /* operation of the load */
    uint32_t under_way; /* bytes of the operation that the guest is at */
};

struct dbench {
    struct wl wl;
    struct dbench_load load;
    struct client *clients;
    uint64_t bytes; /* read and written so far */
};

static void client_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct client *client = sim_event_owner(program, struct client, program);
    const struct dbench_load *load = &client->dbench->load;
    (void)now_ns;
    client->dbench->bytes += client->under_way;
    client->under_way = 0;

    const struct dbench_op *next = &load->ops[client->next];
    if (++client->next == load->count)
        client->next = 0;
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
        client->under_way = next->bytes;
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

static void dbench_stop(struct wl *wl)
{
    struct dbench *dbench = (struct dbench *)(void *)wl;
    if (!dbench)
        return;
    dbench_load_free(&dbench->load);
    free(dbench->clients);
    free(dbench);
}

static double dbench_progress(const struct wl *wl, uint64_t now_ns)
{
    (void)now_ns;
    return (double)((const struct dbench *)(const void *)wl)->bytes / 1e6;
}

static const struct wl_kind dbench_kind = {
    .name = "dbench", .stop = dbench_stop, .progress = dbench_progress, .progress_unit = "MB"};

int wl_dbench_start(const struct wl_context *context, const struct wl_dbench_config *config,
                    struct wl **out, struct sim_error *error)
{
    *out = NULL;
    struct dbench *dbench = calloc(1, sizeof *dbench);
    struct client *clients = calloc(config->clients, sizeof *clients);
    if (!dbench || !clients) {
        free(dbench);
        free(clients);
        return sim_error_set(error, SIM_SYSTEM, "VM %s: no memory for %u dbench clients",
                             context->vm_name, config->clients);
    }
    *dbench = (struct dbench){.wl = {&dbench_kind}, .clients = clients};
    const char *loadfile = config->loadfile ? config->loadfile : DEFAULT_LOADFILE;
    int status = dbench_load_read(loadfile, config->most_operations, &dbench->load, error);
    if (status != SIM_OK) {
        dbench_stop(&dbench->wl);
        return status;
    }
    for (uint32_t i = 0; i < config->clients; i++) {
        clients[i] = (struct client){.program = {.next = client_next}, .dbench = dbench};
        clients[i].first_file = guest_files_new(context->guest, dbench->load.files, 0);
        uint64_t late_ns = config->stagger_ns * i / config->clients;
        guest_spawn(context->guest, &clients[i].program, context->start_ns + late_ns);
    }
    *out = &dbench->wl;
    return SIM_OK;
}
