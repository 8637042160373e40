/*
 * Questions in SQL, from the program itself and from files.
 *
 * The hazard of a file is that a part of it is passed over in silence: a statement that is not
 * found, an end that is missing, a comment that is never closed. SQLite itself says where each
 * statement ends.
 */
#include <string.h>

#include "ballast/results/internal.h"

static int ready(struct results *db, struct sim_error *error)
{
    int status = results_ready(db, error);
    return status == SIM_OK ? rows_flush(&db->rows, &db->store, error) : status;
}

int results_query(struct results *db, const char *sql, const char *const *binds,
                  uint32_t bind_count, results_take *take, void *context, struct sim_error *error)
{
    bool ran;
    int status = ready(db, error);
    return status == SIM_OK ? store_query(&db->store, sql, NULL, &ran, binds, bind_count, take,
                                          context, NULL, error)
                            : status;
}

void results_ask_until(struct results *db, double until_s)
{
    store_ask_until(&db->store, until_s);
}

bool results_is_late(const struct results *db)
{
    return db->store.is_late;
}

/* ---- Files of statements ----------------------------------------------------------------- */

struct script {
    const char *path, *text;
    results_take *take;
    void *context;
    bool stopped; /* by `take` */
};

static bool take_row(void *context, const struct results_value *values, uint32_t count)
{
    struct script *script = context;
    script->stopped = script->take != NULL && !script->take(script->context, values, count);
    return !script->stopped;
}

static unsigned line_of(const struct script *script, const char *at)
{
    unsigned line = 1;
    for (const char *c = script->text; c < at; c++)
        line += *c == '\n';
    return line;
}

/* Behind blanks and comments. */
static const char *first_word(const char *sql)
{
    for (;;) {
        sql += strspn(sql, " \t\r\n\f;");
        if (strncmp(sql, "--", 2) == 0)
            sql += strcspn(sql, "\n");
        else if (strncmp(sql, "/*", 2) == 0 && strstr(sql + 2, "*/") != NULL)
            sql = strstr(sql + 2, "*/") + 2;
        else
            return sql;
    }
}

/* SQLite's own words without our "PATH: expected a usable database, found: ". */
static const char *reason(const char *text)
{
    const char *found = strstr(text, "found: ");
    return found != NULL ? found + strlen("found: ") : text;
}

static int refuse(const struct script *script, const char *sql, int error_at,
                  const struct sim_error *why, struct sim_error *error)
{
    const char *at = error_at >= 0 ? sql + error_at : first_word(sql);
    return sim_error_set(error, SIM_BAD_DATA,
                         "%s:%u: expected SQL that this database answers, "
                         "found: %s",
                         script->path, line_of(script, at), reason(why->text));
}

int results_script(struct results *db, const char *path, const char *text, results_take *take,
                   void (*ended)(void *context), void *context, struct sim_error *error)
{
    struct script script = {path, text, take, context, false};
    const char *sql = text, *rest = text;
    uint32_t count = 0;
    int status = ready(db, error);
    while (status == SIM_OK && !script.stopped && *first_word(sql) != '\0') {
        struct sim_error why = {0};
        int error_at;
        bool ran;
        if (store_query(&db->store, sql, &rest, &ran, NULL, 0, take_row, &script, &error_at,
                        &why) != SIM_OK)
            return refuse(&script, sql, error_at, &why, error);
        if (ran && db->store.asked && ended != NULL)
            ended(context);
        count += ran;
        sql = rest;
    }
    if (status != SIM_OK || script.stopped)
        return status;
    if (count == 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected a statement of SQL, found none",
                             path);
    if (!store_is_complete(text))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s:%u: expected ';' at the end of the last statement, found the end "
                             "of the file",
                             path, line_of(&script, text + strlen(text)));
    return SIM_OK;
}
