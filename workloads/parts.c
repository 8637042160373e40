/*
 * The table of applications.
 */
#include "workloads/parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/csv.h"
#include "sim/random.h"

#define COPIES_MOST 1e6

enum { APPLICATION, SHARE, CONTENT, OF, COPIES, PRESENT, WRITES, COLUMNS };

static const char *const headings[COLUMNS] = {"application", "share",   "content", "of",
                                              "copies",      "present", "writes"};

uint64_t wl_name_key(const char *name)
{
    uint64_t key = 0;
    for (; *name != '\0'; name++)
        key = sim_mix64(key, (unsigned char)*name);
    return key;
}

static int content_of(const struct sim_csv *csv, uint32_t row, uint32_t column,
                      enum wl_part_content *content, struct sim_error *error)
{
    static const char *const names[] = {"zero", "common", "private"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(sim_csv_field(csv, row, column), names[i]) == 0) {
            *content = (enum wl_part_content)i;
            return SIM_OK;
        }
    }
    return sim_csv_refuse(csv, row, column, "zero, common or private", error);
}

static int part_of(const struct sim_csv *csv, uint32_t row, const uint32_t *column,
                   struct wl_part *part, struct sim_error *error)
{
    double copies = 1;
    int status = sim_csv_number(csv, row, column[SHARE], 0, 1, &part->up_to, error);
    if (status == SIM_OK)
        status = content_of(csv, row, column[CONTENT], &part->content, error);
    if (status == SIM_OK)
        status = sim_csv_number(csv, row, column[COPIES], 1, COPIES_MOST, &copies, error);
    if (status == SIM_OK && copies != floor(copies))
        status = sim_csv_refuse(csv, row, column[COPIES], "a whole number", error);
    if (status == SIM_OK)
        status = sim_csv_number(csv, row, column[PRESENT], 0, 1, &part->present, error);
    if (status == SIM_OK)
        status = sim_csv_number(csv, row, column[WRITES], 0, 1, &part->writes, error);
    part->copies = status == SIM_OK ? (uint32_t)copies : 1;
    part->key = wl_name_key(sim_csv_field(csv, row, column[OF]));
    if (status == SIM_OK && part->content == WL_PART_COMMON && part->key == 0)
        status = sim_csv_refuse(csv, row, column[OF], "a name", error);
    return status;
}

static int rows_take(struct wl_parts *parts, const struct sim_csv *csv, const char *application,
                     struct sim_error *error)
{
    uint32_t column[COLUMNS];
    double sum = 0;

    for (uint32_t i = 0; i < COLUMNS; i++) {
        int status = sim_csv_column(csv, headings[i], &column[i], error);
        if (status != SIM_OK)
            return status;
    }
    for (uint32_t row = 0; row < csv->rows; row++) {
        if (strcmp(sim_csv_field(csv, row, column[APPLICATION]), application) != 0)
            continue;
        if (parts->count == WL_PARTS_MOST)
            return sim_csv_refuse(csv, row, column[APPLICATION], "at most 16 parts", error);
        struct wl_part *part = &parts->part[parts->count++];
        int status = part_of(csv, row, column, part, error);
        if (status != SIM_OK)
            return status;
        sum += part->up_to;
        part->up_to = sum;
    }
    if (parts->count == 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected the application '%s', found none",
                             csv->path, application);
    if (fabs(sum - 1) > 1e-9)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: %s: expected shares that add up to 1, found %.10g", csv->path,
                             application, sum);
    parts->part[parts->count - 1].up_to = 1;
    return SIM_OK;
}

int wl_parts_read(struct wl_parts *parts, const char *path, const char *application,
                  struct sim_error *error)
{
    struct sim_csv csv;

    *parts = (struct wl_parts){0};
    int status = sim_csv_read(&csv, path, error);
    if (status != SIM_OK)
        return status;
    status = rows_take(parts, &csv, application, error);
    sim_csv_fini(&csv);
    return status;
}
