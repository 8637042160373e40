/*
 * Kernel memory that grows with use: a few bytes for each page of the file cache and of the balloon
 * (paper, Figure 2). What the boot takes is in catalog.h.
 */
#ifndef GUEST_KERNEL_H
#define GUEST_KERNEL_H

struct guest;

/* To be called after the cache or the balloon has changed. Takes free pages or gives them back. */
void guest_kernel_adjust(struct guest *guest);

#endif
