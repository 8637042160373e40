/*
 * What the guest says of its memory as a whole, as /proc/meminfo does: the numbers that a
 * hypervisor is told when the balloon driver polls.
 */
#ifndef GUEST_MEMINFO_H
#define GUEST_MEMINFO_H

#include <stdint.h>

struct guest;

/* What programs could get without paging: free pages, and the part of the file cache that the OS
 * would give (MemAvailable). */
uint32_t guest_meminfo_available(const struct guest *guest);
/* What programs were promised: their pages in memory or paged out, and those that they asked for
 * and never touched; no file cache (Committed_AS). */
uint32_t guest_meminfo_committed(const struct guest *guest);

#endif
