/* Rows as tables and as JSON. */
#include <stdlib.h>

#include "sim/listing.h"
#include "tests/check.h"

static const struct sim_column columns[] = {
    {"VM", "vm", 'l'}, {"minutes", NULL, 'r'}, {NULL, "duration_s", 'r'}, {"on", "on", 'l'}};

static char *listed(enum sim_listing_form form, uint32_t rows)
{
    char *text = NULL;
    size_t bytes = 0;
    struct sim_listing listing;
    FILE *out = open_memstream(&text, &bytes);
    sim_listing_begin(&listing, form, columns, 4, out);
    if (rows > 0) {
        sim_listing_text(&listing, "web");
        sim_listing_number(&listing, 90, 4);
        sim_listing_count(&listing, 5400);
        sim_listing_bool(&listing, true);
    }
    if (rows > 1) {
        sim_listing_format(&listing, "%s %u", "db", 2u);
        sim_listing_number(&listing, NAN, 4);
        sim_listing_number(&listing, NAN, 4);
        sim_listing_text(&listing, NULL);
    }
    sim_listing_end(&listing);
    fclose(out);
    return text;
}

static void check_listed(enum sim_listing_form form, uint32_t rows, const char *expected)
{
    char *text = listed(form, rows);
    CHECK_TEXT(text, expected);
    free(text);
}

static void listing__a_table_has_the_columns_with_headings(void)
{
    check_listed(SIM_LISTING_TABLE, 2,
                 "VM    minutes  on\n"
                 "----  -------  ---\n"
                 "web        90  yes\n"
                 "db 2\n");
    check_listed(SIM_LISTING_MARKDOWN, 1,
                 "| VM | minutes | on |\n"
                 "|---|--:|---|\n"
                 "| web | 90 | yes |\n");
    check_listed(SIM_LISTING_TABLE, 0, "VM  minutes  on\n--  -------  --\n");
}

static void listing__json_has_the_columns_with_keys(void)
{
    char *text = listed(SIM_LISTING_JSON, 2);
    CHECK_CONTAINS(text, "\"vm\": \"web\"");
    CHECK_CONTAINS(text, "\"duration_s\": 5400");
    CHECK_CONTAINS(text, "\"on\": true");
    CHECK_CONTAINS(text, "\"vm\": \"db 2\"");
    CHECK_CONTAINS(text, "\"duration_s\": null");
    CHECK_CONTAINS(text, "\"on\": null");
    CHECK(strstr(text, "minutes") == NULL);
    free(text);
    check_listed(SIM_LISTING_JSON, 0, "[]\n");
}

static void listing__csv_has_the_columns_with_keys(void)
{
    check_listed(SIM_LISTING_CSV, 2, "vm,duration_s,on\nweb,5400,true\ndb 2,,\n");
    check_listed(SIM_LISTING_CSV, 0, "vm,duration_s,on\n");
}

static void listing__csv_quotes_what_is_no_plain_field(void)
{
    static const struct sim_column two[] = {{NULL, "a", 'l'}, {NULL, "b", 'l'}};
    char *text = NULL;
    size_t bytes = 0;
    struct sim_listing listing;
    FILE *out = open_memstream(&text, &bytes);
    sim_listing_begin(&listing, SIM_LISTING_CSV, two, 2, out);
    sim_listing_text(&listing, "say \"no\"");
    sim_listing_text(&listing, "tax=0,sharing");
    sim_listing_text(&listing, "#1");
    sim_listing_text(&listing, "two\nlines");
    sim_listing_number(&listing, 0.1, 1);
    sim_listing_text(&listing, "<b>");
    sim_listing_end(&listing);
    fclose(out);
    CHECK_TEXT(text, "a,b\n\"say \"\"no\"\"\",\"tax=0,sharing\"\n\"#1\",\"two\nlines\"\n"
                     "0.1,<b>\n");
    free(text);
}

static void listing__numbers_keep_all_digits_before_the_point(void)
{
    static const struct sim_column one[] = {{"n", "n", 'l'}};
    static const double values[] = {0.123456, 12.3456, 1234.56, 123456.7, -0.5};
    char *text = NULL;
    size_t bytes = 0;
    struct sim_listing listing;
    FILE *out = open_memstream(&text, &bytes);
    sim_listing_begin(&listing, SIM_LISTING_TABLE, one, 1, out);
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++)
        sim_listing_number(&listing, values[i], 4);
    sim_listing_end(&listing);
    fclose(out);
    CHECK_TEXT(text, "n\n------\n0.1235\n12.35\n1235\n123457\n-0.5\n");
    free(text);
}

TEST_SUITE(sim_listing, TEST(listing__a_table_has_the_columns_with_headings),
           TEST(listing__json_has_the_columns_with_keys),
           TEST(listing__csv_has_the_columns_with_keys),
           TEST(listing__csv_quotes_what_is_no_plain_field),
           TEST(listing__numbers_keep_all_digits_before_the_point))
