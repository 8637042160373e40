/* A quantity over time: activity of applications, the toucher's schedule. */
#include <math.h>

#include "fuzz/targets.h"
#include "workloads/series.h"

void fuzz_series(const uint8_t *bytes, size_t count)
{
    struct wl_series series = {0};
    struct sim_error error = {0};

    int status = wl_series_read(&series, fuzz_file(0, bytes, count), "mb", 0, 1e6, &error);
    if (!fuzz_accepted(status, &error))
        return;
    for (double t_s = -1; t_s < 1e9; t_s = t_s * 1.5 + 2) {
        double smooth = wl_series_at(&series, t_s), step = wl_series_step_at(&series, t_s);
        FUZZ_CHECK(smooth >= 0 && smooth <= 1e6 && step >= 0 && step <= 1e6);
        FUZZ_CHECK(wl_series_next_s(&series, t_s) > t_s);
    }
    wl_series_fini(&series);
}
