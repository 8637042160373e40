/*
 * The page cache: the operations on files, one page's work at a time.
 */
#ifndef GUEST_CACHE_H
#define GUEST_CACHE_H

#include <stdint.h>

#include "models/guest/file.h"
#include "models/guest/process.h"

struct guest;

enum step guest_cache_read_step(struct guest *guest, struct process *process);
enum step guest_cache_write_step(struct guest *guest, struct process *process);
enum step guest_cache_sync_step(struct guest *guest, struct process *process);
/* Pages beyond `bytes` leave the cache at once, dirty ones unwritten. */
void guest_cache_truncate(struct guest *guest, struct file *file, uint64_t bytes);

#endif
