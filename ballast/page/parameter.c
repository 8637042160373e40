/*
 * Looks up a parameter in the rows of the configuration, as `ballast params` shows them.
 */
#include "ballast/page/parameter.h"

#include <string.h>

#include "ballast/config/rows.h"

static bool in_section(const struct sim_section *section, const char *key,
                       struct parameter *parameter)
{
    for (uint32_t i = 0; i < section->count; i++) {
        const struct sim_row *row = &section->rows[i];
        if (strcmp(row->key, key) != 0)
            continue;
        parameter->unit = row->type == SIM_ROW_CHOICE ? "" : row->unit;
        parameter->source = row->help;
        return true;
    }
    return false;
}

/* What stands behind "NAME." in `key`; NULL: something else stands there. */
static const char *behind(const char *key, const char *name)
{
    size_t length = strlen(name);
    return strncmp(key, name, length) == 0 && key[length] == '.' ? key + length + 1 : NULL;
}

/* "linux.dbench.clients": a VM's name has no dot. */
static bool of_vm(const char *key, struct parameter *parameter)
{
    const char *rest = strchr(key, '.');
    if (rest == NULL)
        return false;
    rest++;
    if (in_section(&config_vm_section, rest, parameter) ||
        in_section(&config_entry_section, rest, parameter) ||
        in_section(&config_guest_section, rest, parameter))
        return true;
    const char *inner = behind(rest, "boot");
    if (inner != NULL)
        return in_section(&config_boot_section, inner, parameter);
    for (uint32_t i = 0; i < wl_row_count; i++)
        if ((inner = behind(rest, wl_rows[i]->keys.name)) != NULL)
            return in_section(&config_workload_section, inner, parameter) ||
                   in_section(&wl_rows[i]->keys, inner, parameter);
    return false;
}

/* "governor.NAME.key". */
static bool of_member(const char *key, struct parameter *parameter)
{
    struct config_member member;
    const char *rest;
    for (uint32_t seam = 0; seam < CONFIG_SEAMS; seam++) {
        if ((rest = behind(key, config_seams[seam].name)) == NULL)
            continue;
        for (uint32_t i = 0; config_seams[seam].at(i, &member); i++) {
            const char *own = behind(rest, member.name);
            for (uint32_t row = 0; own != NULL && row < member.count; row++)
                if (strcmp(member.rows[row].name, own) == 0) {
                    *parameter = (struct parameter){member.rows[row].unit, member.rows[row].source};
                    return true;
                }
        }
    }
    return false;
}

bool parameter_find(const char *key, struct parameter *parameter)
{
    const char *rest;
    for (uint32_t i = 0; i < CONFIG_PARTS; i++)
        if ((rest = behind(key, config_parts[i].name)) != NULL &&
            in_section(config_parts[i].section(), rest, parameter))
            return true;
    if ((rest = behind(key, "policy")) != NULL)
        return in_section(config_names_section(), rest, parameter);
    if ((rest = behind(key, "vm")) != NULL)
        return of_vm(rest, parameter);
    return of_member(key, parameter) || in_section(&config_top_section, key, parameter);
}
