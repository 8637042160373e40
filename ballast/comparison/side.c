/*
 * What a user means by one side of a comparison: [FILE.db:][EXPERIMENT|FILE.yaml][:VARIANT].
 *
 * The hazard is a colon in the name of a file or of a variant. The longest beginning that is a
 * file decides; only then the first colon.
 */
#include <string.h>
#include <sys/stat.h>

#include "ballast/comparison/comparison.h"
#include "sim/file.h"

static bool is_file(const char *text, size_t length)
{
    char path[PATH_BYTES];
    struct stat st;
    snprintf(path, sizeof path, "%.*s", (int)length, text);
    return length > 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool ends_in(const char *text, size_t length, const char *end)
{
    size_t own = strlen(end);
    return length > own && strncmp(text + length - own, end, own) == 0;
}

/* A database is known by its first bytes; one that is not there by its name. */
static bool is_database(const char *text, size_t length)
{
    static const char magic[] = "SQLite format 3";
    char path[PATH_BYTES], bytes[sizeof magic] = "";
    const char *problem;
    if (!is_file(text, length))
        return ends_in(text, length, ".db");
    snprintf(path, sizeof path, "%.*s", (int)length, text);
    FILE *file = sim_file_open_stream(path, &problem);
    bool is_magic = file != NULL && fread(bytes, sizeof magic, 1, file) == 1 &&
                    memcmp(bytes, magic, sizeof magic) == 0;
    if (file != NULL)
        fclose(file);
    return is_magic || ends_in(text, length, ".db");
}

/* The length of the longest beginning, up to a colon or the end, that `is` holds for; 0: none. */
static size_t beginning(const char *text, bool (*is)(const char *text, size_t length))
{
    for (size_t length = strlen(text); length > 0; length--)
        if ((text[length] == '\0' || text[length] == ':') && is(text, length))
            return length;
    return 0;
}

int comparison_side_parse(const char *operand, const char *default_db,
                          const struct comparison_side *first, struct comparison_side *side,
                          struct sim_error *error)
{
    const char *rest = operand;
    *side = (struct comparison_side){0};
    if (strlen(operand) >= PATH_BYTES || operand[0] == '\0')
        return sim_error_set(error, SIM_USAGE,
                             "expected [FILE.db:]EXPERIMENT[:VARIANT] or FILE.db, found '%.100s'",
                             operand);
    if (operand[0] == ':') {
        if (first == NULL || first->experiment[0] == '\0')
            return sim_error_set(error, SIM_USAGE,
                                 "expected an experiment before the variant, found '%s'", operand);
        *side = *first;
        side->has_variant = true;
        strcpy(side->variant, operand + 1);
        return SIM_OK;
    }
    size_t length = beginning(operand, is_database);
    snprintf(side->db, sizeof side->db, "%.*s", (int)length, operand);
    if (length == 0)
        snprintf(side->db, sizeof side->db, "%s", default_db);
    rest += length + (length > 0 && operand[length] == ':');
    length = beginning(rest, is_file);
    if (length == 0)
        length = strcspn(rest, ":");
    snprintf(side->experiment, sizeof side->experiment, "%.*s", (int)length, rest);
    side->has_variant = rest[length] == ':';
    if (side->has_variant)
        strcpy(side->variant, rest + length + 1);
    return SIM_OK;
}
