/* Writes the rows that a run would write. */
#include "tests/unit/explain/recorded.h"

#include "models/policy/mp_governor.h"
#include "tests/check.h"

#define PAGES_PER_MB 256

static const char *const names[] = {"idle", "busy"};

static void parameters_write(struct results *db, int64_t run_id)
{
    char key[40];
    results_param(db, run_id, "machine.memory_mb", "512", NULL);
    for (int i = 0; i < 2; i++) {
        static const char *const keys[][2] = {{"shares", "2560"},
                                              {"memory_mb", "256"},
                                              {"min_mb", "64"},
                                              {"limit_mb", "none"},
                                              {"application.name", "web"}};
        snprintf(key, sizeof key, "vm.%s.name", names[i]);
        results_param(db, run_id, key, names[i], NULL);
        for (int j = 0; j < 5; j++) {
            snprintf(key, sizeof key, "vm.%s.%s", names[i], keys[j][0]);
            results_param(db, run_id, key, keys[j][1], NULL);
        }
    }
}

/* The targets of a round, by the governor itself. */
static void targets_make(const struct recorded_round *round, double targets_mb[2])
{
    struct mp_claim claims[2];
    uint32_t count = 0;
    for (int i = 0; i < 2; i++)
        if (round->vms[i].alloc_mb >= 0)
            claims[count++] = (struct mp_claim){
                .shares = 2560,
                .min_pages = 64 * PAGES_PER_MB,
                .max_pages = 256 * PAGES_PER_MB,
                .active_pages = (uint32_t)(round->vms[i].active_mb * PAGES_PER_MB)};
    mp_share_out(claims, count, (uint64_t)(round->total_mb * PAGES_PER_MB),
                 (uint32_t)round->tax_bp);
    for (int i = 1; i >= 0; i--)
        if (round->vms[i].alloc_mb >= 0)
            targets_mb[i] = round->vms[i].target_mb > 0
                                ? round->vms[i].target_mb
                                : (double)claims[--count].target_pages / PAGES_PER_MB;
}

static void round_write(struct results *db, int64_t run_id, const struct recorded_round *round)
{
    double targets_mb[2] = {0, 0};
    targets_make(round, targets_mb);
    for (int i = 0; i < 2; i++) {
        const struct recorded_vm *vm = &round->vms[i];
        struct results_decision decision = {
            .t_s = round->t_s,
            .vm = names[i],
            .reason = round->reason,
            .active_mb = vm->active_mb,
            .alloc_mb = vm->alloc_mb,
            .target_mb = targets_mb[i],
            .price = 10,
            .balloon_target_mb = vm->alloc_mb > targets_mb[i] ? 256 - targets_mb[i] : 0};
        if (vm->alloc_mb < 0)
            continue;
        results_decision(db, run_id, &decision, NULL);
        results_decision_input(db, run_id, round->t_s, names[i], "shares", 2560, NULL);
        results_decision_input(db, run_id, round->t_s, names[i], "total_pages",
                               round->total_mb * PAGES_PER_MB, NULL);
        results_decision_input(db, run_id, round->t_s, names[i], "idle_tax_bp", round->tax_bp,
                               NULL);
    }
}

/* At each sample a VM has what the decision in force found, or the target of the one before. */
static void samples_write(struct results *db, int64_t run_id, const struct recorded_round *rounds,
                          uint32_t count)
{
    for (int t_s = 0; t_s <= 100 && count > 0; t_s += 10) {
        const struct recorded_round *round = &rounds[0];
        for (uint32_t i = 0; i < count; i++)
            if (rounds[i].t_s <= t_s)
                round = &rounds[i];
        for (int i = 0; i < 2; i++) {
            if (round->vms[i].alloc_mb < 0)
                continue;
            results_series(db, run_id, t_s, names[i], "alloc_mb", round->vms[i].alloc_mb, NULL);
            results_series(db, run_id, t_s, names[i], "balloon_mb", 256 - round->vms[i].alloc_mb,
                           NULL);
            results_series(db, run_id, t_s, names[i], "swapped_mb", 0, NULL);
        }
        results_series(db, run_id, t_s, "", "free_mb", 33, NULL);
    }
}

int64_t recorded_run(struct results *db, const struct recorded_round *rounds, uint32_t count)
{
    int64_t run_id = 0;
    struct results_run run = {
        .experiment = "recorded", .version = "test", .governor = "esx", .seed = 1, .config = ""};
    CHECK_EQ(results_run_begin(db, &run, &run_id, NULL), SIM_OK);
    parameters_write(db, run_id);
    for (uint32_t i = 0; i < count; i++)
        round_write(db, run_id, &rounds[i]);
    samples_write(db, run_id, rounds, count);
    results_event(db, run_id, 40, "", "state", "high to soft", NULL);
    CHECK_EQ(results_run_end(db, run_id, true, 100, 1, NULL), SIM_OK);
    return run_id;
}
