/*
 * Far memory with a limit on promotions (Google, ASPLOS 2019): pages beyond an age are moved out,
 * and the age is such that at most 0.2% of the working set comes back in a minute.
 *
 * Each minute the smallest age is found that would have met the limit in that minute. Used is the
 * larger of that and of the 98th percentile of all such ages so far; the percentile's details are
 * not published, and ours are an assumption. A VM is left alone in its first minutes.
 *
 * A governor sees how many pages came back at the age that was in force, not at others. For others
 * it is assumed that half as many come back at twice the age.
 *
 * README.md says what this was written from, and what else is assumed.
 */
#include "cold.h"
#include "host_swap.h"
#include "rules.h"

enum { LIMIT_BP, LEAST_AGE_S, PERCENTILE, START_S, PARAMETERS };

static const struct mp_parameter parameters[PARAMETERS] = {
    [LIMIT_BP] = {"limit_bp", "bp/min", "ASPLOS 2019: 0.2% of the working set a minute", 20, 1,
                  10000},
    [LEAST_AGE_S] = {"least_age_s", "s",
                     "ASPLOS 2019: the working set is what was touched in 120 s", 120, 10, 3600},
    [PERCENTILE] = {"percentile", "%", "recalled: the 98th percentile of a job's best ages", 98, 1,
                    100},
    [START_S] = {"start_s", "s",
                 "our choice: off in a job's first 5 minutes; the paper has no number", 300, 0,
                 86400},
};

#define ROUND_S 60u /* ASPLOS 2019: each minute */
#define AGES    6u  /* our choice: the least age, and up to 32 times it by doubling */

struct job {
    struct mp_cold cold;
    uint64_t refault_pages;
    uint32_t age, minutes;
    uint32_t best_counts[AGES]; /* how often each age was the smallest that met the limit */
};

struct far {
    struct mp_rounds rounds;
    struct job jobs[]; /* by VM number */
};

static void init(void *state, const uint32_t *values, uint16_t max_vms, uint64_t now_ns)
{
    (void)values, (void)max_vms;
    mp_rounds_init(state, now_ns, ROUND_S);
}

uint32_t mp_far_memory_threshold(const uint32_t *promotions, uint32_t count, uint32_t limit)
{
    for (uint32_t i = 0; i + 1 < count; i++) {
        if (promotions[i] <= limit)
            return i;
    }
    return count - 1;
}

/* The smallest age that is not below so many percent of the best ages so far. */
static uint32_t percentile_of(const struct job *job, uint32_t percent)
{
    uint64_t seen = 0;

    for (uint32_t age = 0; age < AGES; age++) {
        seen += job->best_counts[age];
        if (seen * 100 >= (uint64_t)job->minutes * percent)
            return age;
    }
    return AGES - 1;
}

static void end_minute(struct job *job, const struct mp_vm_view *vm, const uint32_t *values)
{
    uint64_t came_back = mp_less(vm->refault_pages, job->refault_pages);
    uint32_t promotions[AGES];
    uint32_t limit = (uint32_t)((uint64_t)vm->active_pages * values[LIMIT_BP] / 10000);

    for (uint32_t age = 0; age < AGES; age++)
        promotions[age] = (uint32_t)mp_clamp((came_back << job->age) >> age, 0, UINT32_MAX);

    uint32_t best = mp_far_memory_threshold(promotions, AGES, limit);

    job->refault_pages = vm->refault_pages;
    job->best_counts[best]++;
    job->minutes++;
    job->age = percentile_of(job, values[PERCENTILE]);
    job->age = best > job->age ? best : job->age;
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct far *far = state;
    const uint32_t *values = view->parameters;
    struct mp_host_swap swap = mp_host_swap_begin(&far->rounds, view);
    bool is_round = mp_round_begins(&far->rounds, view->now_ns, ROUND_S);

    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        struct job *job = &far->jobs[vm->vm];
        uint64_t pages = 0, host_pages = mp_host_swap_part(&swap, vm);

        if (job->cold.on_ns != vm->on_ns)
            *job = (struct job){.age = 0};
        mp_cold_note(&job->cold, vm, view->now_ns, values[LEAST_AGE_S]);
        if (is_round && view->now_ns >= vm->on_ns + values[START_S] * MP_SECOND_NS) {
            end_minute(job, vm, values);
            pages = mp_cold_pages(&job->cold, vm, 1u << job->age);
        }
        mp_order_balloon(vm, 0, pages > host_pages ? pages : host_pages, &orders->vms[i]);
    }
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct far *far = state;
    const struct mp_vm_view *vm = &view->vms[index];
    const struct mp_input read[] = {
        MP_HOST_SWAP_READ(view, vm),
        {"refault_pages", (int64_t)vm->refault_pages},
        {"on_ns", (int64_t)vm->on_ns},
        {"age_doublings", far->jobs[vm->vm].age},
    };

    return mp_told(read, sizeof read / sizeof read[0], inputs, room);
}

const struct mp_governor mp_governor_far_memory = {
    .abi = MP_GOVERNOR_ABI,
    .name = "far-memory",
    .summary = "pages out what is older than an age at which 0.2% a minute comes back, as Google",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .state_bytes = sizeof(struct far),
    .state_vm_bytes = sizeof(struct job),
    .init = init,
    .tick = tick,
    .next_deadline = mp_rounds_next,
    .explain = explain,
};
