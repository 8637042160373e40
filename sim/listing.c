/*
 * JSON and CSV are written as the cells come; a table is printed at the end, when its widths are
 * known.
 */
#include "sim/listing.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

/* JSON and CSV have the columns with keys and are written while cells come. */
static bool is_for_programs(const struct sim_listing *listing)
{
    return listing->form == SIM_LISTING_JSON || listing->form == SIM_LISTING_CSV;
}

/* RFC 4180: a field with a comma, a quote or an end of line stands in quotes. One that begins with
 * '#' does too, because sim/csv.h would take it for a comment. */
static void csv_field(FILE *out, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL && text[0] != '#') {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++)
        fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
    fputc('"', out);
}

static void csv_headings(const struct sim_listing *listing)
{
    bool is_first = true;
    for (uint32_t i = 0; i < listing->count; i++) {
        if (listing->columns[i].key == NULL)
            continue;
        fprintf(listing->out, "%s%s", is_first ? "" : ",", listing->columns[i].key);
        is_first = false;
    }
}

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
    if (form == SIM_LISTING_CSV) {
        csv_headings(listing);
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

/* Begins the next cell and ends the one before. Returns its key in JSON and CSV or its heading in a
 * table, NULL where the cell is not shown. */
static const char *next_cell(struct sim_listing *listing)
{
    uint32_t at = listing->next++ % listing->count;
    const struct sim_column *column = &listing->columns[at];
    if (listing->form == SIM_LISTING_JSON && at == 0) {
        if (listing->next > 1)
            sim_json_close_object(&listing->json);
        sim_json_open_object(&listing->json, NULL);
    }
    if (listing->form == SIM_LISTING_CSV && at == 0) {
        fputc('\n', listing->out);
        listing->begun = false;
    }
    if (listing->form == SIM_LISTING_CSV && column->key != NULL) {
        if (listing->begun)
            fputc(',', listing->out);
        listing->begun = true;
    }
    return is_for_programs(listing) ? column->key : column->heading;
}

/* A number for programs; NAN is none. */
static void number_write(struct sim_listing *listing, const char *name, double value)
{
    if (listing->form == SIM_LISTING_JSON)
        sim_json_number(&listing->json, name, value);
    else if (isfinite(value))
        fprintf(listing->out, "%.15g", value);
}

void sim_listing_text(struct sim_listing *listing, const char *text)
{
    const char *name = next_cell(listing);
    if (name == NULL)
        return;
    if (listing->form == SIM_LISTING_JSON)
        sim_json_text(&listing->json, name, text);
    else if (listing->form == SIM_LISTING_CSV)
        csv_field(listing->out, text != NULL ? text : "");
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
    if (is_for_programs(listing))
        number_write(listing, name, value);
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
    if (is_for_programs(listing))
        number_write(listing, name, (double)value);
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
    else if (listing->form == SIM_LISTING_CSV)
        fputs(value ? "true" : "false", listing->out);
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
    if (listing->form == SIM_LISTING_CSV) {
        fputc('\n', listing->out);
        return;
    }
    (listing->form == SIM_LISTING_TABLE ? sim_table_print
                                        : sim_table_print_markdown)(&listing->table, listing->out);
    sim_table_fini(&listing->table);
}
