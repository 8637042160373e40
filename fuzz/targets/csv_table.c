/* Small tables of text (sim/csv). */
#include <math.h>

#include "fuzz/targets.h"
#include "sim/csv.h"

void fuzz_csv_table(const uint8_t *bytes, size_t count)
{
    struct sim_csv csv = {0};
    struct sim_error error = {0};
    double number;

    if (!fuzz_accepted(sim_csv_read(&csv, fuzz_file(0, bytes, count), &error), &error))
        return;
    FUZZ_CHECK(csv.columns > 0);
    for (uint32_t row = 0; row < csv.rows; row++)
        for (uint32_t column = 0; column < csv.columns; column++) {
            FUZZ_CHECK(sim_csv_field(&csv, row, column) != NULL);
            error = (struct sim_error){0};
            if (fuzz_accepted(sim_csv_number(&csv, row, column, -1e9, INFINITY, &number, &error),
                              &error))
                FUZZ_CHECK(number >= -1e9);
        }
    FUZZ_CHECK(sim_csv_find(&csv, csv.fields[0]) == 0);
    sim_csv_fini(&csv);
}
