/*
 * The operating systems that a guest can have: their names, their kernel memory, and which
 * configurations they can run with.
 */
#ifndef GUEST_CATALOG_H
#define GUEST_CATALOG_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/config.h"
#include "sim/error.h"

struct os; /* os.h */

const struct os *guest_os_find(enum guest_os os);
const char *guest_os_name(enum guest_os os); /* "bare", "linux-2.4", ... */
/* Does it keep lists of files and of processes apart (lru.h), and know who waits for memory? */
bool guest_os_splits_lists(enum guest_os os);

/* The kernel memory item by item (paper, Figure 2); the last row has no name. */
const struct guest_kernel_item *guest_kernel_items(enum guest_os os);
/* All of it for memory of this size, in pages of 4 KiB. */
uint32_t guest_kernel_pages(enum guest_os os, uint32_t memory_pages);
/* The same of one guest in its own pages, and its marks. */
uint32_t guest_kernel_own_pages(const struct guest_config *config);
struct watermarks; /* os.h */
void guest_watermarks(const struct guest_config *config, struct watermarks *marks);

/* Can a guest be made from this? SIM_OK, or SIM_USAGE with one line in `error` that names the
 * guest, what is expected and what was found. */
int guest_check(const struct guest_config *config, struct sim_error *error);

#endif
