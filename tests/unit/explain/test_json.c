/* Explanations for programs. */
#include <stdlib.h>

#include "ballast/explain/text.h"
#include "tests/check.h"
#include "tests/unit/explain/recorded.h"

static struct sim_error error;

/* Names with quotes and tags stay what they are. tests/cli/explain.sh checks that all is valid. */
static void explain_json__a_move_with_its_causes(void)
{
    const struct recorded_round rounds[] = {
        {10, "periodic", 360, 0, {{10, 180, 0}, {150, 180, 0}}},
        {20, "parameters", 360, 7500, {{10, 180, 0}, {150, 180, 0}}}};
    const struct explain_run run = {
        .experiment = "\"<script>\"", .variant = "a\nb", .seed = "1", .governor = "esx"};
    struct results *db;
    struct explain explain;
    struct explain_move move;
    struct sim_json json;
    char *text;
    size_t bytes;
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
    CHECK_EQ(explain_init(&explain, db, recorded_run(db, rounds, 2), mp_governor_find("esx"), NULL,
                          "", &error),
             SIM_OK);
    CHECK_EQ(explain_move(&explain, 0, 1, &move, &error), SIM_OK);
    const struct explain_text out = {open_memstream(&text, &bytes), 80, &run, &explain, 0};
    sim_json_begin(&json, out.out);
    sim_json_open_object(&json, NULL);
    explain_json_run(&json, &out);
    sim_json_open_list(&json, "moves");
    explain_json_move(&json, &out, &move);
    sim_json_close_list(&json);
    sim_json_close_object(&json);
    sim_json_end(&json);
    fclose(out.out);
    CHECK_CONTAINS(text, "\"experiment\": \"\\\"<script>\\\"\"");
    CHECK_CONTAINS(text, "\"variant\": \"a\\u000ab\"");
    CHECK_CONTAINS(text, "\"causes_unknown\": null");
    CHECK_CONTAINS(text, "\"reason\": \"parameters\"");
    CHECK_CONTAINS(text, "\"name\": \"idle_tax_bp\"");
    CHECK_CONTAINS(text, "\"held_target_mb\": 180");
    CHECK_CONTAINS(text, "\"words\": \"The tax on idle memory rose from 0 to 75%\"");
    CHECK(strstr(text, "\"vm\": \"busy\"") == NULL); /* idle alone was asked for */
    free(text);
    free(move.causes);
    explain_fini(&explain);
    results_close(db, NULL);
}

TEST_SUITE(explain_json, TEST(explain_json__a_move_with_its_causes))
