/*
 * The rows of verify, and what they come to.
 */
#include "ballast/report/verdicts.h"

#include <stdio.h>
#include <stdlib.h>

struct verify_row *verify_row_add(struct verify *verify, const char *figure)
{
    verify->rows =
        sim_memory_need(realloc(verify->rows, (verify->count + 1) * sizeof *verify->rows));
    struct verify_row *row = &verify->rows[verify->count++];
    *row = (struct verify_row){.figure = figure, .expected = "", .note = ""};
    return row;
}

void verify_row_count(struct verify *verify, const struct verify_row *row)
{
    verify->judged++;
    verify->verdicts[row->verdict]++;
    verify->kinds[row->point.kind][row->verdict]++;
    if (row->point.kind == COMPARE_PREDICTED && row->point.repeats[0] == '\0')
        verify->independent[row->verdict]++;
}

void verify_fini(struct verify *verify)
{
    for (uint32_t i = 0; i < verify->count; i++)
        free(verify->rows[i].values);
    free(verify->rows);
    free(verify->left);
    sim_memory_free(&verify->memory);
    *verify = (struct verify){0};
}

int verify_status(const struct verify *verify, struct sim_error *error)
{
    uint32_t wrong = verify->verdicts[COMPARE_MISS] + verify->verdicts[COMPARE_NO_DATA];
    if (wrong == 0 && verify->left_count == 0)
        return SIM_OK;
    char left[300] = "";
    if (verify->left_count > 0)
        snprintf(left, sizeof left, "%u not judged within %g s, the first of them %s",
                 verify->left_count, verify->budget_s, verify->left[0]);
    if (wrong == 0)
        return sim_error_set(error, SIM_FAILED,
                             "verify: expected every experiment judged, found %s", left);
    return sim_error_set(error, SIM_FAILED,
                         "verify: expected every point within its tolerance or listed as a known "
                         "miss, found %u of %u that are neither%s%s",
                         wrong, verify->count, left[0] != '\0' ? ", and experiments: " : "", left);
}
