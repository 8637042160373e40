/*
 * The words for moves and causes.
 */
#include "ballast/explain/words.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Causes that are told of one VM's move; the others are in JSON. */
#define CAUSES_TOLD 3u
/* A cause whose effect is a smaller part of the greatest one's is not told. */
#define CAUSE_LEAST_PART 0.15

/* ---- Numbers ----------------------------------------------------------------------------- */

/* Digits in groups of three. */
static const char *grouped(char text[WORDS_BYTES], double value, int decimals)
{
    char plain[WORDS_BYTES];
    snprintf(plain, sizeof plain, "%.*f", decimals, value);
    size_t start = plain[0] == '-', digits = strcspn(plain + start, "."), out = 0;
    for (size_t i = 0; plain[i] != '\0' && out + 2 < WORDS_BYTES; i++) {
        size_t at = i - start; /* among the digits */
        if (i > start && at < digits && (digits - at) % 3 == 0)
            text[out++] = ',';
        text[out++] = plain[i];
    }
    text[out] = '\0';
    return text;
}

const char *words_mb(char text[WORDS_BYTES], double mb)
{
    if (!isfinite(mb)) {
        snprintf(text, WORDS_BYTES, "-");
        return text;
    }
    return grouped(text, mb, fabs(mb) >= 0.05 && fabs(mb) < 9.95 ? 1 : 0);
}

const char *words_time(char text[WORDS_BYTES], double t_s)
{
    int decimals = 0;
    while (decimals < 3 && fabs(t_s * pow(10, decimals) - round(t_s * pow(10, decimals))) > 1e-6)
        decimals++;
    grouped(text, t_s, decimals);
    strcat(text, " s");
    return text;
}

/* "linux's", "windows'" */
static const char *owner(char text[80], const char *name)
{
    size_t length = strlen(name);
    snprintf(text, 80, "%.70s'%s", name, length > 0 && name[length - 1] == 's' ? "" : "s");
    return text;
}

/* ---- Causes ------------------------------------------------------------------------------ */

static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length > tail && strcmp(name + length - tail, end) == 0;
}

static bool is_flag(const struct view_row *row)
{
    return strncmp(row->name, "is_", 3) == 0 || strncmp(row->name, "has_", 4) == 0;
}

/* The unit is what the name ends in. */
static const char *unit_of(const struct view_row *row)
{
    return ends_in(row->name, "_pages") ? " MB"
           : ends_in(row->name, "_bp")  ? "%"
           : ends_in(row->name, "_ns")  ? " s"
                                        : "";
}

static const char *number(char text[WORDS_BYTES], const struct view_row *row, int64_t value)
{
    if (ends_in(row->name, "_pages"))
        return words_mb(text, (double)value * MP_PAGE_SIZE / (1024 * 1024));
    if (ends_in(row->name, "_bp"))
        snprintf(text, WORDS_BYTES, "%g", (double)value / 100);
    else if (ends_in(row->name, "_ns"))
        snprintf(text, WORDS_BYTES, "%.3g", (double)value / 1e9);
    else
        grouped(text, (double)value, 0);
    return text;
}

static bool is_state(const struct view_row *row)
{
    return row == &view_rows[VIEW_state];
}

void words_cause(FILE *out, const struct explain *explain, const struct explain_cause *cause,
                 int subject)
{
    const struct view_row *row = cause->row;
    const char *vm = cause->vm >= 0 ? explain->decisions.vms[cause->vm] : "";
    char name[80], before[WORDS_BYTES], after[WORDS_BYTES];
    if (row == NULL) {
        fprintf(out, "%s was powered %s", vm, cause->after != 0 ? "on" : "off");
        return;
    }
    fprintf(out, "%s %s",
            cause->vm < 0          ? "The"
            : cause->vm == subject ? "Its"
                                   : owner(name, vm),
            row->what);
    if (is_flag(row))
        fprintf(out, cause->after != 0 ? " came" : " went");
    else if (is_state(row))
        fprintf(out, " changed from %s to %s", mp_state_name((enum mp_state)cause->before),
                mp_state_name((enum mp_state)cause->after));
    else
        fprintf(out, " %s from %s to %s%s", cause->after > cause->before ? "rose" : "fell",
                number(before, row, cause->before), number(after, row, cause->after), unit_of(row));
}

static void held(FILE *out, const struct explain_cause *cause)
{
    char before[WORDS_BYTES];
    if (cause->row == NULL)
        fprintf(out, cause->after != 0 ? "without it, " : "had it stayed, ");
    else if (is_flag(cause->row))
        fprintf(out, "otherwise ");
    else if (is_state(cause->row))
        fprintf(out, "had it stayed %s, ", mp_state_name((enum mp_state)cause->before));
    else
        fprintf(out, "held at %s%s, ", number(before, cause->row, cause->before),
                unit_of(cause->row));
}

/* What the target would have done, if it were now `held_mb`. */
static const char *outcome(double before_mb, double after_mb, double held_mb)
{
    bool fell = after_mb < before_mb;
    if (fabs(held_mb - before_mb) < EXPLAIN_LEAST_MB)
        return fell ? "kept its" : "stayed at";
    if (fell)
        return held_mb < after_mb    ? "fallen further, to"
               : held_mb < before_mb ? "fallen only to"
                                     : "risen to";
    return held_mb > after_mb    ? "risen further, to"
           : held_mb > before_mb ? "risen only to"
                                 : "fallen to";
}

/* The causes that matter for a VM, but not those of little effect. */
static uint32_t causes_told(const struct explain_move *move, uint32_t vm,
                            const struct explain_cause *told[CAUSES_TOLD])
{
    uint32_t count = explain_causes_of(move, vm, told, CAUSES_TOLD);
    while (count > 1 && fabs(explain_effect_mb(move, told[count - 1], vm)) <
                            CAUSE_LEAST_PART * fabs(explain_effect_mb(move, told[0], vm)))
        count--;
    return count;
}

/* The same causes, in the same order, as those of another VM. */
static bool is_same(const struct explain_move *move, int other,
                    const struct explain_cause *const *told, uint32_t count)
{
    const struct explain_cause *others[CAUSES_TOLD];
    return other >= 0 && count > 0 && causes_told(move, (uint32_t)other, others) == count &&
           memcmp(others, told, count * sizeof *told) == 0;
}

static void causes(FILE *out, const struct explain *explain, const struct explain_move *move,
                   uint32_t vm, int told_before)
{
    const struct explain_cause *told[CAUSES_TOLD];
    const struct explain_vm *mover = &move->vms[vm];
    uint32_t count = causes_told(move, vm, told);
    bool same = is_same(move, told_before, told, count);
    char mb[WORDS_BYTES];
    if (count == 0 && explain->no_replay[0] == '\0')
        fprintf(out,
                " No single number that the governor read moved it by 1 MB; they did together.");
    if (same)
        fprintf(out, " The same cause%s:", count == 1 ? "" : "s");
    for (uint32_t i = 0; i < count; i++) {
        fputc(' ', out);
        if (!same) {
            words_cause(out, explain, told[i], (int)vm);
            fprintf(out, ": ");
        }
        double held_mb = told[i]->held_mb[vm], before_mb = mover->before.target_mb;
        /* So near is as it was; rounding must not make two numbers of it. */
        double shown = fabs(held_mb - before_mb) < EXPLAIN_LEAST_MB ? before_mb : held_mb;
        held(out, told[i]);
        fprintf(out, "%s would have %s %s MB%c",
                same || told[i]->vm == (int)vm ? "it" : explain->decisions.vms[vm],
                outcome(before_mb, mover->after.target_mb, held_mb), words_mb(mb, shown),
                same && i + 1 < count ? ';' : '.');
    }
}

/* ---- Orders and what was done ------------------------------------------------------------ */

static void orders(FILE *out, const struct explain_vm *vm)
{
    char before[WORDS_BYTES], after[WORDS_BYTES], swap[WORDS_BYTES];
    const struct decision *was = &vm->before, *is = &vm->after;
    bool balloon = fabs(is->balloon_target_mb - was->balloon_target_mb) >= EXPLAIN_LEAST_MB;
    bool swapped = fabs(is->swap_target_mb - was->swap_target_mb) >= EXPLAIN_LEAST_MB;
    if (balloon)
        fprintf(out, " Its balloon should hold %s MB (before: %s)",
                words_mb(after, is->balloon_target_mb), words_mb(before, was->balloon_target_mb));
    if (swapped && is->swap_target_mb > 0)
        fprintf(out, "%s %s MB should be swapped out", balloon ? " and" : " Of its memory",
                words_mb(swap, is->swap_target_mb));
    if (balloon || (swapped && is->swap_target_mb > 0))
        fputc('.', out);
}

static void done_part(FILE *out, uint32_t *told, const char *what, double from, double to,
                      const char *verbs[2])
{
    char before[WORDS_BYTES], after[WORDS_BYTES];
    if (!(fabs(to - from) >= EXPLAIN_LEAST_MB))
        return;
    fprintf(out, "%s %s %s from %s to %s MB", *told > 0 ? "," : "", what, verbs[to > from],
            words_mb(before, from), words_mb(after, to));
    ++*told;
}

/* It has no more than its target allows, and nothing changes. */
static bool is_idle(const struct explain_vm *vm)
{
    return vm->then.alloc_mb < vm->after.target_mb + EXPLAIN_LEAST_MB &&
           fabs(vm->done.alloc_mb - vm->then.alloc_mb) < EXPLAIN_LEAST_MB &&
           fabs(vm->done.balloon_mb - vm->then.balloon_mb) < EXPLAIN_LEAST_MB &&
           fabs(vm->done.swapped_mb - vm->then.swapped_mb) < EXPLAIN_LEAST_MB;
}

static void done(FILE *out, const struct explain_move *move, const struct explain_vm *vm)
{
    static const char *moves[] = {"fell", "rose"}, *balloons[] = {"shrank", "grew"};
    char time[WORDS_BYTES];
    uint32_t told = 0;
    if (!isfinite(vm->then.alloc_mb) || !isfinite(vm->done.alloc_mb) ||
        move->done_s <= move->then_s)
        return;
    if (is_idle(vm)) {
        fprintf(out, " It has no more than that (%s MB), so nothing had to be done.",
                words_mb(time, vm->done.alloc_mb));
        return;
    }
    fprintf(out, " By %s", words_time(time, move->done_s));
    done_part(out, &told, "its balloon", vm->then.balloon_mb, vm->done.balloon_mb, balloons);
    done_part(out, &told, "its swapped memory", vm->then.swapped_mb, vm->done.swapped_mb, balloons);
    done_part(out, &told, "its allocation", vm->then.alloc_mb, vm->done.alloc_mb, moves);
    if (told == 0)
        fprintf(out, " nothing had moved yet");
    fputc('.', out);
}

void words_vm(FILE *out, const struct explain *explain, const struct explain_move *move,
              uint32_t number_of_vm, int told_before)
{
    const struct explain_vm *vm = &move->vms[number_of_vm];
    const char *name = explain->decisions.vms[number_of_vm];
    double moved = explain_target_moved_mb(vm);
    char whose[80], by[WORDS_BYTES], before[WORDS_BYTES], after[WORDS_BYTES];
    if (!vm->was_on && !vm->is_on) {
        fprintf(out, "%s was off.", name);
    } else if (!vm->was_on) {
        fprintf(out, "%s was powered on. Its first target is %s MB.", name,
                words_mb(after, vm->after.target_mb));
        orders(out, vm);
        done(out, move, vm);
    } else if (!vm->is_on) {
        fprintf(out, "%s was powered off. Its target was %s MB.", name,
                words_mb(before, vm->before.target_mb));
    } else if (fabs(moved) < EXPLAIN_LEAST_MB) {
        fprintf(out, "%s target stayed at %s MB.", owner(whose, name),
                words_mb(after, vm->after.target_mb));
        orders(out, vm);
        done(out, move, vm);
    } else {
        fprintf(out, "%s target %s by %s MB (%s -> %s).", owner(whose, name),
                moved < 0 ? "fell" : "rose", words_mb(by, fabs(moved)),
                words_mb(before, vm->before.target_mb), words_mb(after, vm->after.target_mb));
        causes(out, explain, move, number_of_vm, told_before);
        orders(out, vm);
        done(out, move, vm);
    }
}

/* ---- The moment -------------------------------------------------------------------------- */

static const char *occasion(enum mp_reason reason)
{
    static const char *const texts[] = {
        [MP_REASON_PERIODIC] = "in a regular decision",
        [MP_REASON_PARAMETERS] = "when a parameter changed",
        [MP_REASON_VM_ON] = "when a VM was powered on",
        [MP_REASON_VM_OFF] = "when a VM was powered off",
        [MP_REASON_THRESHOLD] = "when free memory crossed a threshold",
    };
    return texts[reason];
}

void words_heading(FILE *out, const struct explain *explain, const struct explain_move *move)
{
    char from[WORDS_BYTES], to[WORDS_BYTES], mb[WORDS_BYTES];
    if (move->moments > 1)
        fprintf(out, "From %s to %s, in %u decisions", words_time(from, move->from_s),
                words_time(to, move->to_s), move->moments);
    else
        fprintf(out, "At %s, %s", words_time(to, move->to_s),
                occasion(explain->decisions.rounds[move->to].view.reason));
    fprintf(out, "; state %s", move->state);
    if (isfinite(move->free_mb))
        fprintf(out, ", %s MB free", words_mb(mb, move->free_mb));
    if (isfinite(move->free_mb) && move->free_s < move->to_s) /* it may be out of date */
        fprintf(out, " at %s", words_time(from, move->free_s));
    fputc('.', out);
}
