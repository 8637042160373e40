/*
 * JSON is written as the cells come; a table is printed at the end, when its widths are known.
 */
#include "sim/listing.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>

void sim_listing_begin(struct sim_listing *listing, enum sim_listing_form form,
                       const struct sim_column *columns, uint32_t count, FILE *out)
{
    uint32_t shown = 0;
    assert(count <= SIM_LISTING_COLUMNS_MOST);
    *listing = (struct sim_listing){.form = form, .columns = columns, .count = count, .out = out};
    if (form == SIM_LISTING_JSON) {
        sim_json_begin(&listing->json, out);
        sim_json_open_list(&listing->json, NULL);
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        if (columns[i].heading != NULL)
            listing->alignment[shown++] = columns[i].alignment;
    sim_table_init(&listing->table, listing->alignment);
    for (uint32_t i = 0; i < count; i++)
        if (columns[i].heading != NULL)
            sim_table_cell(&listing->table, "%s", columns[i].heading);
}

/* Begins the next cell and ends the one before. Returns its key in JSON or its heading in a table,
 * NULL where the cell is not shown. */
static const char *next_cell(struct sim_listing *listing)
{
    const struct sim_column *column = &listing->columns[listing->next % listing->count];
    bool is_json = listing->form == SIM_LISTING_JSON, is_first = listing->next == 0;
    if (is_json && listing->next % listing->count == 0) {
        if (!is_first)
            sim_json_close_object(&listing->json);
        sim_json_open_object(&listing->json, NULL);
    }
    listing->next++;
    return is_json ? column->key : column->heading;
}

void sim_listing_text(struct sim_listing *listing, const char *text)
{
    const char *name = next_cell(listing);
    if (name == NULL)
        return;
    if (listing->form == SIM_LISTING_JSON)
        sim_json_text(&listing->json, name, text);
    else
        sim_table_cell(&listing->table, "%s", text != NULL ? text : "");
}

void sim_listing_format(struct sim_listing *listing, const char *format, ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sim_listing_text(listing, text);
}

void sim_listing_number(struct sim_listing *listing, double value, int digits)
{
    const char *name = next_cell(listing);
    if (name == NULL)
        return;
    if (listing->form == SIM_LISTING_JSON)
        sim_json_number(&listing->json, name, value);
    else if (!isfinite(value))
        sim_table_cell(&listing->table, "%s", "");
    else if (fabs(value) >= pow(10, digits - 1))
        sim_table_cell(&listing->table, "%.0f", value);
    else
        sim_table_cell(&listing->table, "%.*g", digits, value);
}

void sim_listing_count(struct sim_listing *listing, uint64_t value)
{
    const char *name = next_cell(listing);
    if (name == NULL)
        return;
    if (listing->form == SIM_LISTING_JSON)
        sim_json_number(&listing->json, name, (double)value);
    else
        sim_table_cell(&listing->table, "%" PRIu64, value);
}

void sim_listing_bool(struct sim_listing *listing, bool value)
{
    const char *name = next_cell(listing);
    if (name == NULL)
        return;
    if (listing->form == SIM_LISTING_JSON)
        sim_json_bool(&listing->json, name, value);
    else
        sim_table_cell(&listing->table, "%s", value ? "yes" : "no");
}

void sim_listing_end(struct sim_listing *listing)
{
    assert(listing->next % listing->count == 0);
    if (listing->form == SIM_LISTING_JSON) {
        if (listing->next > 0)
            sim_json_close_object(&listing->json);
        sim_json_close_list(&listing->json);
        sim_json_end(&listing->json);
        return;
    }
    (listing->form == SIM_LISTING_TABLE ? sim_table_print
                                        : sim_table_print_markdown)(&listing->table, listing->out);
    sim_table_fini(&listing->table);
}
