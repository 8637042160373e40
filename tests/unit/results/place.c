#include "tests/unit/results/place.h"

#include <stdlib.h>
#include <unistd.h>

struct place place_make(void)
{
    struct place place = {.folder = "/tmp/test_db_XXXXXX"};
    CHECK(mkdtemp(place.folder) != NULL);
    snprintf(place.path, sizeof place.path, "%s/results.db", place.folder);
    return place;
}

void place_remove(const struct place *place)
{
    char journal[80];
    snprintf(journal, sizeof journal, "%s-journal", place->path);
    unlink(journal);
    unlink(place->path);
    CHECK_EQ(rmdir(place->folder), 0);
}

struct results *open_db(const struct place *place, enum results_mode mode)
{
    struct results *db = NULL;
    struct sim_error error = {0};
    CHECK_EQ(results_open(place->path, mode, &db, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    return db;
}

struct results_run run_of(const char *variant, uint64_t seed)
{
    return (struct results_run){.experiment = "fig7",
                                .variant = variant,
                                .version = "1.0",
                                .build = "c0ffee",
                                .governor = "esx",
                                .seed = seed,
                                .replicate = 2,
                                .config = "name: fig7\n",
                                .config_hash = 0x1234};
}

int64_t begin_run(struct results *db, const char *variant, uint64_t seed)
{
    struct results_run run = run_of(variant, seed);
    int64_t run_id = 0;
    CHECK_EQ(results_run_begin(db, &run, &run_id, NULL), SIM_OK);
    CHECK(run_id > 0);
    return run_id;
}

static bool append_row(void *context, const struct results_value *values, uint32_t count)
{
    char *text = context;
    for (uint32_t i = 0; i < count; i++) {
        size_t length = strlen(text);
        snprintf(text + length, 400 - length, "%s%c", values[i].is_null ? "NULL" : values[i].text,
                 i + 1 < count ? '|' : ';');
    }
    return true;
}

void check_answer(struct results *db, const char *sql, const char *expected)
{
    char text[400] = "";
    struct sim_error error = {0};
    CHECK_EQ(results_query(db, sql, NULL, 0, append_row, text, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    CHECK_TEXT(text, expected);
}

void check_refused(const char *path, enum results_mode mode, const char *message)
{
    struct results *db = NULL;
    struct sim_error error = {0};
    CHECK_EQ(results_open(path, mode, &db, &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, message);
    CHECK_CONTAINS(error.text, path);
    CHECK(db == NULL);
}
