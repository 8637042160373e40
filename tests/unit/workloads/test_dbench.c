#include <math.h>
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "tests/unit/workloads/rig.h"
#include "workloads/dbench.h"

/* A pass of 6,000 bytes read and 10,000 written. */
static const char load[] = "NTCreateX \"\\a\" 0x40 0x2 5 NT_STATUS_OK\n"
                           "WriteX 5 0 10000 10000 NT_STATUS_OK\n"
                           "ReadX 5 1000 6000 6000 NT_STATUS_OK\n"
                           "Flush 5 NT_STATUS_OK\n"
                           "Close 5 NT_STATUS_OK\n"
                           "Unlink \"\\a\" 0x6 NT_STATUS_OK\n";

static struct rig *start(struct files *files, struct wl_dbench_config config)
{
    struct rig *rig = rig_new(GUEST_LINUX_2_4, 1);
    struct sim_error error = {0};

    file_put(files_path(files, "load"), load, sizeof load - 1);
    rig->context.base_dir = files->dir;
    config.loadfile = "load";
    CHECK_EQ(wl_dbench.start(&rig->context, &config, &rig->wl, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    return rig;
}

static void dbench__counts_what_the_guest_did(void)
{
    struct files files;
    struct guest_status status;

    files_init(&files);
    struct rig *rig = start(&files, (struct wl_dbench_config){.clients = 3});
    CHECK_NEAR(rig_progress(rig), 0, 0);
    rig_run(rig, rig->context.start_ns);
    double last = 0;
    for (int i = 0; i < 50; i++) {
        rig_run(rig, rig->now_ns + 20 * SIM_MS);
        CHECK(rig_progress(rig) >= last);
        last = rig_progress(rig);
    }
    guest_status(rig->guest, &status);
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < 3; i++) {
        uint64_t client = wl_dbench_client_bytes(rig->wl, i);
        CHECK(client > 5 * 16000); /* again and again */
        bytes += client;
    }
    CHECK_NEAR(last, (double)bytes / 1e6, 1e-9);
    /* what the guest is in the middle of is not counted yet */
    uint64_t by_guest = status.file_read_bytes + status.file_written_bytes;
    CHECK(by_guest >= bytes && by_guest <= bytes + 3 * 10000);
    CHECK_TEXT(rig->wl->kind->name, "dbench");
    CHECK_TEXT(rig->wl->kind->progress_unit, "MB");
    rig_free(rig);
    files_fini(&files);
}

/* Three runs of two clients; a run's figure is all of its work by all of its time. */
static void dbench__goes_in_runs(void)
{
    struct files files;
    struct guest_status status;

    files_init(&files);
    struct rig *rig = start(&files, (struct wl_dbench_config){.clients = 2, .runs = 3});
    CHECK(isnan(rig->wl->kind->run_figure(rig->wl)));
    uint64_t first_ended_ns = 0;
    for (int i = 0; i < 2000 && rig_progress(rig) < 0.096 - 1e-9; i++) {
        rig_run(rig, rig->now_ns + SIM_MS);
        if (first_ended_ns == 0 && rig_progress(rig) > 0.032 - 1e-9)
            first_ended_ns = rig->now_ns;
        /* Nobody is a run ahead. */
        uint64_t a = wl_dbench_client_bytes(rig->wl, 0), b = wl_dbench_client_bytes(rig->wl, 1);
        CHECK(a / 16000 <= b / 16000 + 1 && b / 16000 <= a / 16000 + 1);
    }
    rig_run(rig, rig->now_ns + SIM_SECOND);
    CHECK_NEAR(rig_progress(rig), 3 * 2 * 0.016, 1e-9);
    CHECK(first_ended_ns > 0);
    double figure =
        rig->wl->kind->run_figure(rig->wl); /* of the third run, in which clients wait */
    CHECK(figure > 0.032 / 0.2 && figure < 0.032 / 0.0005);
    guest_status(rig->guest, &status);
    CHECK_EQ(status.programs_alive, 0);
    rig_free(rig);
    files_fini(&files);
}

static void exit_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    (void)program;
    (void)now_ns;
    (void)op; /* GUEST_OP_EXIT as it comes */
}

/* The others do not wait for a client that the guest has killed, and its part does not count. */
static void dbench__a_killed_client_holds_up_no_run(void)
{
    struct files files;

    files_init(&files);
    struct rig *rig = start(&files, (struct wl_dbench_config){.clients = 2, .runs = 2});
    struct guest_program *last = wl_dbench_client_program(rig->wl, 1);
    last->next = exit_next;
    rig_run(rig, rig->context.start_ns + 5 * SIM_SECOND);
    CHECK_EQ(wl_dbench_client_bytes(rig->wl, 0), 16000); /* waits for the other one */
    last->killed(last, rig->now_ns);
    rig_run(rig, rig->now_ns + 5 * SIM_SECOND);
    CHECK_EQ(wl_dbench_client_bytes(rig->wl, 0), 2 * 16000);
    CHECK_EQ(wl_dbench_client_bytes(rig->wl, 1), 0);
    CHECK(rig->wl->kind->run_figure(rig->wl) > 0.016 / 0.2);
    rig_free(rig);
    files_fini(&files);
}

/* A client's part ends with the operation that reaches client_mb. */
static void dbench__a_part_of_so_many_mb(void)
{
    struct files files;

    files_init(&files);
    struct rig *rig =
        start(&files, (struct wl_dbench_config){.clients = 1, .client_mb = 0.009, .runs = 2});
    rig_run(rig, rig->context.start_ns + 5 * SIM_SECOND);
    CHECK_NEAR(rig_progress(rig), 2 * 0.010, 1e-9); /* the write alone reaches 9,000 bytes */
    rig_free(rig);
    files_fini(&files);
}

static void dbench__clients_start_one_after_the_other(void)
{
    struct files files;

    files_init(&files);
    struct rig *rig =
        start(&files, (struct wl_dbench_config){.clients = 4, .stagger_ns = 8 * SIM_SECOND});
    for (uint32_t client = 0; client < 4; client++) {
        uint64_t start_ns = rig->context.start_ns + client * 2 * SIM_SECOND;
        rig_run(rig, start_ns - SIM_MS);
        CHECK_EQ(wl_dbench_client_bytes(rig->wl, client), 0);
        rig_run(rig, start_ns + SIM_SECOND);
        CHECK(wl_dbench_client_bytes(rig->wl, client) > 0);
    }
    rig_free(rig);
    files_fini(&files);
}

/* stagger_ns * 200 is just above 2^64. */
static void dbench__clients_of_a_long_stagger_keep_their_order(void)
{
    struct files files;
    files_init(&files);
    struct rig *rig = start(
        &files, (struct wl_dbench_config){.clients = 1000, .stagger_ns = UINT64_MAX / 200 + 1});
    rig_run(rig, rig->context.start_ns + SIM_SECOND);
    CHECK(wl_dbench_client_bytes(rig->wl, 0) > 0);
    CHECK_EQ(wl_dbench_client_bytes(rig->wl, 200), 0);
    rig_free(rig);
    files_fini(&files);
}

static void dbench__replays_a_part_of_the_load(void)
{
    struct files files;
    struct guest_status status;

    files_init(&files);
    struct rig *rig = start(&files, (struct wl_dbench_config){.clients = 1, .most_operations = 2});
    rig_run(rig, rig->context.start_ns + SIM_SECOND);
    guest_status(rig->guest, &status);
    CHECK_EQ(status.file_read_bytes, 0);
    CHECK(status.file_written_bytes > 100000);
    rig_free(rig);
    files_fini(&files);
}

static void dbench__refused_starts_nothing(void)
{
    struct files files;
    struct rig *rig = rig_new(GUEST_LINUX_2_4, 1);
    struct sim_error error;
    struct wl_dbench_config config = {.clients = 2, .loadfile = "missing"};

    files_init(&files);
    rig->context.base_dir = files.dir;
    CHECK_EQ(wl_dbench.start(&rig->context, &config, &rig->wl, &error), SIM_USAGE);
    CHECK(rig->wl == NULL);
    CHECK_CONTAINS(error.text, "/missing: expected dbench's load file");
    file_put(files_path(&files, "load"), "nonsense", 8);
    config.loadfile = "load";
    CHECK_EQ(wl_dbench.start(&rig->context, &config, &rig->wl, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "/load:1: expected an operation of dbench");
    file_put(files_path(&files, "load"), load, sizeof load - 1);
    config.clients = 1100000;
    CHECK_EQ(wl_dbench.start(&rig->context, &config, &rig->wl, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "VM rig: expected at most 1048576 files of all dbench clients");
    rig_free(rig);
    files_fini(&files);
}

TEST_SUITE(workloads_dbench, TEST(dbench__counts_what_the_guest_did), TEST(dbench__goes_in_runs),
           TEST(dbench__a_killed_client_holds_up_no_run), TEST(dbench__a_part_of_so_many_mb),
           TEST(dbench__clients_start_one_after_the_other),
           TEST(dbench__clients_of_a_long_stagger_keep_their_order),
           TEST(dbench__replays_a_part_of_the_load), TEST(dbench__refused_starts_nothing))
