/*
 * Which pages of a recording stand for all of them, where each page of the model stands for `scale`
 * pages (machine.scale).
 *
 * Copies of a content must be chosen together, or sharing would be lost: of two that are each
 * chosen with probability 1/N, both are there with probability 1/N^2. So a page is chosen by a hash
 * of the content that it holds for longest, with the same key in every VM.
 *
 * A content with many copies in its VM would then be there with all of them or not at all, and one
 * such content would decide how much is shared. Where one of N copies are still 8 or more, copies
 * are chosen by a hash of their number instead: what sharing saves there is (N - 1) pages short. So
 * are pages of zeroes, and pages without contents.
 *
 * Pages are chosen apart in four groups: with contents or not, touched or not. Of each group, and
 * of each common content, the pages with the lowest hashes are taken, one of N: so the sizes of the
 * VM, of its working set and of its zeroes have no sampling error. Sharing of rarer contents has
 * one.
 */
#ifndef WL_PAGE_SAMPLE_H
#define WL_PAGE_SAMPLE_H

#include <stdint.h>

#include "sim/error.h"

#define WL_NOT_SAMPLED UINT32_MAX

struct wl_page_sample {
    uint32_t *own;  /* of each page of the recording: its page of the model, or WL_NOT_SAMPLED */
    uint32_t pages; /* of the model; their order is that of the recording */
};

/* Reads the recording once. `key` is the run's, the same for all VMs. */
int wl_page_sample_read(const char *path, uint32_t scale, uint64_t key, struct wl_page_sample *out,
                        struct sim_error *error);
void wl_page_sample_fini(struct wl_page_sample *sample);

#endif
