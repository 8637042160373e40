/*
 * Parts of a sweep: their names, and what a killed sweep leaves of them.
 *
 *     DB.part-MACHINE-PID-RANDOM-INDEX, and SQLite's journal of it
 */
#include "ballast/run/sweep_part.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#define JOURNAL "-journal"

static const char *machine_name(struct utsname *system)
{
    return uname(system) == 0 ? system->nodename : "unknown";
}

/* ---- Names ------------------------------------------------------------------------------- */

void sweep_parts_name(const char *db, char parts[SWEEP_PARTS_BYTES])
{
    struct utsname system;
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random)
        random = (uint32_t)getpid();
    snprintf(parts, SWEEP_PARTS_BYTES, "%.3900s.part-%.64s-%ld-%08x", db, machine_name(&system),
             (long)getpid(), random);
}

void sweep_part_path(const char *parts, uint32_t index, char path[SWEEP_PARTS_BYTES])
{
    snprintf(path, SWEEP_PARTS_BYTES, "%.4100s-%u", parts, index);
}

void sweep_part_remove(const char *parts, uint32_t index)
{
    char path[SWEEP_PARTS_BYTES], journal[SWEEP_PARTS_BYTES + sizeof JOURNAL];
    sweep_part_path(parts, index, path);
    snprintf(journal, sizeof journal, "%s" JOURNAL, path);
    unlink(path);
    unlink(journal);
}

/* ---- What killed sweeps left ------------------------------------------------------------- */

/* Takes "-..." off the end of `text` and returns what is behind the dash; NULL where there is
 * none. */
static const char *last_field(char *text)
{
    char *dash = strrchr(text, '-');
    if (dash == NULL)
        return NULL;
    *dash = '\0';
    return dash + 1;
}

/* `name` is what follows "DB.part-". Only parts of this machine can be told from living ones. */
static bool is_stale(const char *name)
{
    struct utsname system;
    char machine[300], *end;
    if (strlen(name) >= sizeof machine)
        return false;
    strcpy(machine, name);
    size_t length = strlen(machine);
    if (length > strlen(JOURNAL) && strcmp(machine + length - strlen(JOURNAL), JOURNAL) == 0)
        machine[length - strlen(JOURNAL)] = '\0';
    if (last_field(machine) == NULL || last_field(machine) == NULL) /* index, random number */
        return false;
    const char *digits = last_field(machine);
    if (digits == NULL || strncmp(machine, machine_name(&system), 64) != 0)
        return false;
    long process = strtol(digits, &end, 10);
    return end != digits && *end == '\0' && process > 0 && process != getpid() &&
           kill((pid_t)process, 0) != 0 && errno == ESRCH;
}

void sweep_parts_remove_stale(const char *db)
{
    char folder[PATH_BYTES], begin[PATH_BYTES], path[2 * PATH_BYTES];
    const char *slash = strrchr(db, '/');
    snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - db + 1) : 2,
             slash != NULL ? db : "./");
    snprintf(begin, sizeof begin, "%.4000s.part-", slash != NULL ? slash + 1 : db);
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (strncmp(entry->d_name, begin, strlen(begin)) != 0 ||
            !is_stale(entry->d_name + strlen(begin)))
            continue;
        snprintf(path, sizeof path, "%s%s", folder, entry->d_name);
        unlink(path);
    }
    closedir(dir);
}
