/*
 * What the memory of an application is made of: parts, each a share of it, with what its pages hold
 * and how often they are written to. One CSV table describes all applications.
 *
 *   application  name
 *   part         name of the part, for people
 *   share        of the application's memory; the shares of one application add up to 1
 *   content      zero:    allocated and never filled
 *                common:  equal in every VM that has it (program text, the same files): the n-th
 *                         page of the part equals the n-th page of every part with the same `of`
 *                private: unlike any other page
 *   of           whose common contents, such as the name of an OS or of an application
 *   copies       pages of one VM that hold the same common content; 1: all differ
 *   present      probability that a VM's page has the common content and not one of its own:
 *                versions, relocation, data that only some of the VMs have
 *   writes       share of the touches that write, and make the page private
 *   source       where the numbers come from
 */
#ifndef WL_PARTS_H
#define WL_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

enum wl_part_content { WL_PART_ZERO, WL_PART_COMMON, WL_PART_PRIVATE };

struct wl_part {
    double up_to; /* shares of this part and of those before it, added up */
    enum wl_part_content content;
    uint64_t key; /* of the common contents */
    uint32_t copies;
    double present, writes;
};

#define WL_PARTS_MOST 16u

struct wl_parts {
    uint32_t count;
    struct wl_part part[WL_PARTS_MOST];
};

/* The parts of one application. SIM_BAD_DATA with file and line if the table is wrong or has none
 * of this name. */
int wl_parts_read(struct wl_parts *parts, const char *path, const char *application,
                  struct sim_error *error);
/* A key made of a name: equal for equal names. */
uint64_t wl_name_key(const char *name);

#endif
