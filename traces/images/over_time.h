/*
 * Memory images of one machine at several times (snapshot.h) as one recording over time
 * (traces/formats/source.h). Each image becomes a window that holds what changed since the image
 * before.
 */
#ifndef TR_IMAGES_OVER_TIME_H
#define TR_IMAGES_OVER_TIME_H

#include "traces/formats/source.h"
#include "traces/images/snapshot.h"
#include "traces/page_key.h"

/* Opens images at rising times; times that do not rise are SIM_USAGE. All images must be of the
 * same kind and have the same pages. Page numbers are guest-physical; absent pages are recorded as
 * holes. Real bytes become hashes under `key`, which may be NULL for images of hashes. The caller
 * keeps paths, times and key until the source is closed. Memory: 8 bytes for each page. */
int tr_source_open_images(const char *const *paths, const uint64_t *at_ns, uint32_t count,
                          const struct tr_snapshot_options *images, const struct tr_page_key *key,
                          const struct tr_source_options *options, struct tr_source **out,
                          struct sim_error *error);

#endif
