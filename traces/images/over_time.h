/*
 * Memory images of one machine at several times (snapshot.h) as a recording over time (source.h): a
 * window for each image, holding what changed since the one before.
 */
#ifndef TR_IMAGES_OVER_TIME_H
#define TR_IMAGES_OVER_TIME_H

#include "traces/formats/source.h"
#include "traces/images/snapshot.h"
#include "traces/page_key.h"

/* The files at rising times (else SIM_USAGE), all of one kind and with the same pages. Page numbers
 * are guest-physical; what is between them is recorded as holes. Real bytes become hashes with
 * `key`, which may be NULL for images that hold hashes. Paths, times and key stay the caller's,
 * until the source is closed. Memory: 8 bytes per page. */
int tr_source_open_images(const char *const *paths, const uint64_t *at_ns, uint32_t count,
                          const struct tr_snapshot_options *images, const struct tr_page_key *key,
                          const struct tr_source_options *options, struct tr_source **out,
                          struct sim_error *error);

#endif
