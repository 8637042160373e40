/*
 * A small valid experiment as text, for tests that spoil or change one thing in it.
 */
#ifndef TESTS_CONFIG_TEXT_H
#define TESTS_CONFIG_TEXT_H

#include "ballast/config/config.h"

/* Line 4 is duration_s, 7 memory_mb of the machine, 14 the entry of the VM "a", 17 its min_mb. */
extern const char config_text_valid[];

/* `text` with the first `from` in it replaced by `to`; asserts that it is there. malloc'ed. */
char *config_text_with(const char *text, const char *from, const char *to);

/* Loads `text` as a file named exp.yaml in a folder of its own, and resolves one variant. */
int config_text_resolve(const char *text, uint32_t variant, const char *const *sets,
                        uint32_t set_count, struct experiment_config *config,
                        struct sim_error *error);

/* The error's text without the folder: "exp.yaml:17: ...". Valid until the next call. "" where the
 * text with that change is accepted. */
const char *config_text_error(const char *from, const char *to);
/* The same of the valid text with one --set. */
const char *config_text_set_error(const char *set);

#endif
