/*
 * Operations of requests.
 *
 * The hazard is a number: each program that writes numbers has its own. Only those that a format
 * fixes (SCSI's, libCacheSim's in lcs) are known; for all others the user is asked.
 */
#include "traces/formats/ops.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* libCacheSim's, in the order of their numbers. */
static const struct op {
    const char *name;
    uint8_t access;
} ops[TR_OPS] = {
    {"nop", TR_READ},      {"get", TR_READ},    {"gets", TR_READ},     {"set", TR_WRITE},
    {"add", TR_WRITE},     {"cas", TR_WRITE},   {"replace", TR_WRITE}, {"append", TR_WRITE},
    {"prepend", TR_WRITE}, {"delete", 0},       {"incr", TR_WRITE},    {"decr", TR_WRITE},
    {"read", TR_READ},     {"write", TR_WRITE}, {"update", TR_WRITE},
};

static const struct op more_names[] = {
    {"r", TR_READ},  {"w", TR_WRITE},        {"load", TR_READ}, {"store", TR_WRITE}, {"l", TR_READ},
    {"s", TR_WRITE}, {"ifetch", TR_EXECUTE}, {"put", TR_WRITE}, {"trim", 0},         {"discard", 0},
};

/* READ and WRITE (10), (12), (16) and (6). All other commands move no data of blocks. */
static const struct op scsi_codes[] = {
    {"28", TR_READ},  {"2a", TR_WRITE},  {"a8", TR_READ},  {"aa", TR_WRITE}, {"88", TR_READ},
    {"8a", TR_WRITE}, {"40", TR_READ},   {"42", TR_WRITE}, {"168", TR_READ}, {"170", TR_WRITE},
    {"136", TR_READ}, {"138", TR_WRITE}, {"08", TR_READ},  {"0a", TR_WRITE},
};

bool tr_op_access(uint32_t op, uint8_t *access)
{
    *access = op == TR_OP_UNKNOWN ? TR_READ : op < TR_OPS ? ops[op].access : 0;
    return op < TR_OPS || op == TR_OP_UNKNOWN;
}

static bool find(const struct op *table, size_t count, const char *text, size_t length,
                 uint8_t *access)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(table[i].name) == length && strncasecmp(text, table[i].name, length) == 0) {
            *access = table[i].access;
            return true;
        }
    }
    return false;
}

#define FIND(table, text, length, access)                                                          \
    find(table, sizeof(table) / sizeof *(table), text, length, access)

static bool find_name(const char *text, size_t length, uint8_t *access)
{
    return FIND(ops, text, length, access) || FIND(more_names, text, length, access);
}

/* ---- The user's codes -------------------------------------------------------------------- */

/* The end of the code, and the name behind it, of "CODE=NAME,..."; NULL if there is none. */
static const char *name_of_code(const char *codes, size_t *code_length, size_t *name_length)
{
    *code_length = strcspn(codes, "=,");
    if (*code_length == 0 || codes[*code_length] != '=')
        return NULL;
    *name_length = strcspn(codes + *code_length + 1, ",");
    return codes + *code_length + 1;
}

int tr_op_check_codes(const char *codes, struct sim_error *error)
{
    const char *at = codes;
    size_t code_length, name_length;
    uint8_t access;

    for (;;) {
        const char *name = name_of_code(at, &code_length, &name_length);
        if (!name || !find_name(name, name_length, &access))
            return sim_error_set(error, SIM_USAGE,
                                 "--op-codes: expected CODE=NAME with commas between, such as "
                                 "0=read,1=write, each name read, write or delete, found '%.80s'",
                                 at);
        at = name + name_length;
        if (*at == '\0')
            return SIM_OK;
        at++;
    }
}

static bool find_code(const char *codes, const char *text, uint8_t *access)
{
    size_t length = strlen(text), code_length, name_length;
    const char *name;

    for (; codes && (name = name_of_code(codes, &code_length, &name_length)); codes++) {
        if (code_length == length && strncasecmp(codes, text, length) == 0)
            return find_name(name, name_length, access);
        codes = name + name_length;
        if (*codes == '\0')
            break;
    }
    return false;
}

/* ---- Texts ------------------------------------------------------------------------------- */

static bool is_number(const char *text)
{
    return text[strspn(text, "0123456789")] == '\0' ||
           (text[0] == '0' && (text[1] | 0x20) == 'x' &&
            text[2 + strspn(text + 2, "0123456789abcdefABCDEF")] == '\0');
}

/* The first of D, W, R counts: a discard that is also a write is a discard. */
static bool of_rwbs(const char *text, uint8_t *access)
{
    bool frees = strchr(text, 'D') != NULL, writes = strchr(text, 'W') != NULL;

    *access = frees ? 0 : writes ? TR_WRITE : TR_READ;
    return frees || writes || strchr(text, 'R') != NULL;
}

static bool of_dsrc(const char *text, uint8_t *access)
{
    unsigned long long bits = strtoull(text, NULL, 16);

    *access = bits & 4 ? TR_WRITE : bits & 16 ? TR_EXECUTE : TR_READ;
    return (bits & (2 | 4 | 16)) != 0;
}

enum tr_op_found tr_op_of_text(const char *text, enum tr_ops ops_of_text, const char *codes,
                               uint8_t *access)
{
    bool found = false;

    *access = TR_READ;
    if (find_code(codes, text, access))
        return TR_OP_KNOWN;
    switch (ops_of_text) {
    case TR_OPS_NAMES:
        found = find_name(text, strlen(text), access);
        break;
    case TR_OPS_SCSI:
        if (text[0] == '0' && (text[1] | 0x20) == 'x')
            text += 2;
        return FIND(scsi_codes, text, strlen(text), access) || find_name(text, strlen(text), access)
                   ? TR_OP_KNOWN
                   : TR_OP_OTHER;
    case TR_OPS_RWBS:
        found = of_rwbs(text, access);
        break;
    case TR_OPS_EVENT:
        *access = strstr(text, "store") ? TR_WRITE : TR_READ;
        found = strstr(text, "load") || strstr(text, "store") || strstr(text, "ldst");
        break;
    case TR_OPS_DSRC:
        return of_dsrc(text, access) ? TR_OP_KNOWN : TR_OP_OTHER;
    }
    return found ? TR_OP_KNOWN : is_number(text) && !codes ? TR_OP_NUMBER : TR_OP_OTHER;
}
