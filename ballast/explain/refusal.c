/*
 * Computes what was promised at the moment of a refusal, from the events and the parameters of the
 * run.
 */
#include "ballast/explain/refusal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/explain/words.h"
#include "sim/array.h"

static double mb_of(uint32_t pages)
{
    return (double)pages * MP_PAGE_SIZE / (1024 * 1024);
}

/* ---- Reading ----------------------------------------------------------------------------- */

struct reading {
    struct refusals *refusals;
    bool *is_on; /* by VM number */
    size_t room;
};

static void promises_make(const struct decisions *decisions, const bool *is_on,
                          struct refusal *refusal)
{
    const struct mp_view *machine = &decisions->machine;
    refusal->memory_mb = mb_of(machine->machine_pages - machine->hypervisor_pages);
    refusal->swap_mb = mb_of(machine->swap_pages);
    refusal->memory_left_mb = refusal->memory_mb;
    refusal->swap_left_mb = refusal->swap_mb;
    for (uint32_t i = 0; i < decisions->vm_count; i++) {
        const struct mp_vm_view *vm = &decisions->configured[i];
        struct refusal_promise *promise = &refusal->promises[i];
        promise->is_on = is_on[i];
        promise->min_mb = mb_of(vm->min_pages);
        promise->overhead_mb = mb_of(mp_overhead_full_pages(&decisions->tunables, vm->max_pages));
        promise->swap_mb = mb_of(vm->max_pages - vm->min_pages);
        if (!is_on[i])
            continue;
        refusal->memory_left_mb -= promise->min_mb + promise->overhead_mb;
        refusal->swap_left_mb -= promise->swap_mb;
    }
}

static void refusal_add(struct reading *reading, double at_s)
{
    struct refusals *refusals = reading->refusals;
    const struct decisions *decisions = &refusals->decisions;
    sim_array_need(refusals->list, reading->room, refusals->count + 1u);
    struct refusal *refusal = &refusals->list[refusals->count++];
    *refusal = (struct refusal){.vm = refusals->vm, .at_s = at_s};
    refusal->promises =
        sim_memory_get(&refusals->memory, decisions->vm_count * sizeof *refusal->promises);
    promises_make(decisions, reading->is_on, refusal);
    const struct refusal_promise *own = &refusal->promises[refusal->vm];
    double memory_mb = own->min_mb + own->overhead_mb;
    refusal->is_swap = memory_mb <= refusal->memory_left_mb; /* memory is looked at first */
    refusal->needed_mb = refusal->is_swap ? own->swap_mb : memory_mb;
}

static bool take_event(void *context, const struct results_value *values, uint32_t count)
{
    struct reading *reading = context;
    struct refusals *refusals = reading->refusals;
    const struct decisions *decisions = &refusals->decisions;
    const char *kind = values[2].text;
    (void)count;
    for (uint32_t i = 0; i < decisions->vm_count; i++) {
        if (strcmp(decisions->vms[i], values[1].text) != 0)
            continue;
        if (strcmp(kind, "refused") == 0 && i == refusals->vm)
            refusal_add(reading, values[0].number);
        if (strcmp(kind, "power_on") == 0 && i == refusals->vm && isnan(refusals->on_s))
            refusals->on_s = values[0].number;
        if (strcmp(kind, "power_on") == 0)
            reading->is_on[i] = true;
        else if (strcmp(kind, "power_off") == 0)
            reading->is_on[i] = false;
    }
    return true;
}

int refusals_read(struct refusals *refusals, struct results *db, int64_t run_id, const char *vm,
                  struct sim_error *error)
{
    char number[24];
    const char *run = number;
    *refusals = (struct refusals){.on_s = NAN};
    struct reading reading = {.refusals = refusals};
    snprintf(number, sizeof number, "%lld", (long long)run_id);
    int status = decisions_read_configured(&refusals->decisions, db, run_id, error);
    if (status == SIM_OK)
        status = decisions_vm(&refusals->decisions, "--why-not", vm, &refusals->vm, error);
    if (status != SIM_OK)
        return status;
    reading.is_on =
        sim_memory_get(&refusals->memory, refusals->decisions.vm_count * sizeof *reading.is_on);
    return results_query(db,
                         "SELECT t_s, vm, kind FROM event WHERE run_id = ?1"
                         " AND kind IN ('power_on', 'power_off', 'refused') ORDER BY rowid",
                         &run, 1, take_event, &reading, error);
}

void refusals_fini(struct refusals *refusals)
{
    free(refusals->list);
    decisions_fini(&refusals->decisions);
    sim_memory_free(&refusals->memory);
}

/* ---- Words ------------------------------------------------------------------------------- */

/* VMs that were on and without which it would have been admitted are named up to this many. */
#define OTHERS_NAMED 3u

static void needs(FILE *out, const struct refusals *refusals, const struct refusal *refusal)
{
    const struct refusal_promise *own = &refusal->promises[refusal->vm];
    const char *name = refusals->decisions.vms[refusal->vm];
    double left_mb = refusal->is_swap ? refusal->swap_left_mb : refusal->memory_left_mb;
    char time[WORDS_BYTES], need[WORDS_BYTES], a[WORDS_BYTES], b[WORDS_BYTES], left[WORDS_BYTES],
        all[WORDS_BYTES], missing[WORDS_BYTES];
    fprintf(out, "%s was refused at %s for want of %s.", name, words_time(time, refusal->at_s),
            refusal->is_swap ? "swap" : "machine memory");
    if (refusal->is_swap)
        fprintf(out, " It needs %s MB of swap (max %s less min %s)",
                words_mb(need, refusal->needed_mb), words_mb(a, own->min_mb + own->swap_mb),
                words_mb(b, own->min_mb));
    else
        fprintf(out, " It needs %s MB (min %s and overhead %s)", words_mb(need, refusal->needed_mb),
                words_mb(a, own->min_mb), words_mb(b, own->overhead_mb));
    fprintf(out, ", and of %s MB %s MB were not promised to others: %s MB too few.",
            words_mb(all, refusal->is_swap ? refusal->swap_mb : refusal->memory_mb),
            words_mb(left, left_mb), words_mb(missing, refusal->needed_mb - left_mb));
}

/* What is promised to a VM of what was short. */
static double promised_mb(const struct refusal *refusal, uint32_t vm)
{
    const struct refusal_promise *promise = &refusal->promises[vm];
    if (!promise->is_on)
        return 0;
    return refusal->is_swap ? promise->swap_mb : promise->min_mb + promise->overhead_mb;
}

/* The VM with the smallest promise that is enough and larger than `above`, in the order of
 * (promise, number). */
static int next_enough(const struct refusals *refusals, const struct refusal *refusal,
                       double missing_mb, int after)
{
    int best = -1;
    for (uint32_t i = 0; i < refusals->decisions.vm_count; i++) {
        double promise = promised_mb(refusal, i);
        double former = after >= 0 ? promised_mb(refusal, (uint32_t)after) : -1;
        bool is_later = promise > former || (promise == former && (int)i > after);
        if (promise >= missing_mb && is_later &&
            (best < 0 || promise < promised_mb(refusal, (uint32_t)best)))
            best = (int)i;
    }
    return best;
}

static void without_others(FILE *out, const struct refusals *refusals,
                           const struct refusal *refusal, double missing_mb)
{
    char mb[WORDS_BYTES];
    uint32_t told = 0;
    for (int vm = next_enough(refusals, refusal, missing_mb, -1); vm >= 0 && told < OTHERS_NAMED;
         vm = next_enough(refusals, refusal, missing_mb, vm))
        fprintf(out, "%s %s (%s MB)", told++ == 0 ? "; without" : " or",
                refusals->decisions.vms[vm], words_mb(mb, promised_mb(refusal, (uint32_t)vm)));
}

/* A change of one thing would have done, unless it says otherwise. */
static void changes(FILE *out, const struct refusals *refusals, const struct refusal *refusal)
{
    const struct refusal_promise *own = &refusal->promises[refusal->vm];
    double left_mb = refusal->is_swap ? refusal->swap_left_mb : refusal->memory_left_mb;
    double missing_mb = refusal->needed_mb - left_mb;
    char mb[WORDS_BYTES], now[WORDS_BYTES], then[WORDS_BYTES];
    words_mb(mb, missing_mb);
    fprintf(out, " It would have been admitted");
    if (refusal->is_swap) {
        fprintf(out, " with a max %s MB smaller", mb);
        if (own->min_mb + own->overhead_mb + missing_mb <= refusal->memory_left_mb)
            fprintf(out, "; with a min %s MB larger", mb);
        fprintf(out, "; with a swap device of %s instead of %s MB",
                words_mb(then, refusal->swap_mb + missing_mb), words_mb(now, refusal->swap_mb));
    } else {
        fprintf(out, " on a machine with %s MB more", mb);
        if (own->min_mb >= missing_mb && own->swap_mb + missing_mb <= refusal->swap_left_mb)
            fprintf(out, "; with a min of %s instead of %s MB",
                    words_mb(then, own->min_mb - missing_mb), words_mb(now, own->min_mb));
    }
    without_others(out, refusals, refusal, missing_mb);
    fputc('.', out);
    if (!refusal->is_swap && own->swap_mb > refusal->swap_left_mb)
        fprintf(out,
                " Even then it would have been refused for want of swap: it needs %s MB of it,"
                " and %s MB were left.",
                words_mb(then, own->swap_mb), words_mb(now, refusal->swap_left_mb));
}

void refusal_words(FILE *out, const struct refusals *refusals, const struct refusal *refusal)
{
    needs(out, refusals, refusal);
    changes(out, refusals, refusal);
}
