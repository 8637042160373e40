/*
 * The guest's own paging device: pages are written in clusters and read back with their neighbours.
 */
#ifndef GUEST_SWAP_H
#define GUEST_SWAP_H

#include <stdbool.h>
#include <stdint.h>

struct guest;
struct request;

/* Puts a page of a process into the next clustered write. False: there is no room. */
bool guest_swap_out(struct guest *guest, uint32_t ppn);
void guest_swap_submit(struct guest *guest); /* writes what was put in */
/* Begins to read a swapped place into `ppn`, and its neighbours into free pages where there are
 * enough. Returns the request's tag; one must be possible. */
uint32_t guest_swap_in(struct guest *guest, uint32_t place, uint32_t ppn);
/* Where the paging device is compressed memory: the place's page is in `ppn` on return. */
void guest_swap_decompress(struct guest *guest, uint32_t place, uint32_t ppn);
void guest_swap_done(struct guest *guest, const struct request *request); /* it has ended */

#endif
