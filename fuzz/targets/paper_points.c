/* paper.csv: the paper's values and their tolerances. */
#include <stdlib.h>

#include "ballast/results/compare.h"
#include "fuzz/targets.h"

void fuzz_paper_points(const uint8_t *bytes, size_t count)
{
    static const double runs[] = {1, 2, 4};
    struct compare_point *points = NULL;
    struct sim_error error = {0};
    uint32_t point_count = 0;

    int status = compare_points_read(fuzz_file(0, bytes, count), &points, &point_count, &error);
    if (!fuzz_accepted(status, &error))
        return;
    for (uint32_t i = 0; i < point_count; i++) {
        struct compare_mean mean = compare_mean(runs, i % 4);
        FUZZ_CHECK(compare_verdict_name(compare_judge(&points[i], &mean)) != NULL);
    }
    free(points);
}
