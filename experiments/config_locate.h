/*
 * At which line of a YAML text does a key stand? libcyaml tells lines only for what does not fit
 * its schema; a value that fits but is impossible needs one too.
 */
#ifndef EXPERIMENTS_CONFIG_LOCATE_H
#define EXPERIMENTS_CONFIG_LOCATE_H

#include <stdint.h>

/* `path` is like "vms.0.boot.early_s". Block style is followed key by key; what stands inside a
 * flow mapping has the line of the key that holds it. At least 1. */
uint32_t config_locate(const char *text, const char *path);

#endif
