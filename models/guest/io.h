/*
 * Disk I/O: a request (request.h) gets its pages and goes to the virtual disk. The disk holds the
 * paging device first and the file area behind it.
 */
#ifndef GUEST_IO_H
#define GUEST_IO_H

#include <stdbool.h>
#include <stdint.h>

struct guest;
struct request;

/* Adds the next page to a request. The device will put data there (`filled`, with this content) or
 * take them from there. A page that is NONE leaves a gap. */
void guest_io_add(struct guest *guest, uint32_t tag, uint32_t ppn, bool filled, uint64_t content);
/* Starts the request; an empty one is given back instead. */
void guest_io_submit(struct guest *guest, uint32_t tag);
/* The end of a read or a write of file blocks. */
void guest_io_file_done(struct guest *guest, const struct request *request);

#endif
