/*
 * YAML files by a schema: the only part of the project, with the owners of schemas, that knows
 * libcyaml.
 *
 * Whatever is wrong with a file is told in one line, "FILE:LINE: expected ..., found ...", with
 * status SIM_USAGE: a missing file, an empty one, wrong YAML, an unknown, missing or repeated key,
 * a value of the wrong type. What the schema cannot tell (an impossible value) is for the caller,
 * who finds the line in an outline of the text (outline.h).
 */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include <stdint.h>

#include "sim/error.h"

struct cyaml_schema_value;

/* `schema` is of a mapping with CYAML_FLAG_POINTER: *out points to a struct of its type. `name`
 * stands for the text in errors: a file's path. Numbers are better read as text by whoever owns the
 * schema: libcyaml takes "1.5kg" for a number. */
int config_yaml_parse(const char *text, const char *name, const struct cyaml_schema_value *schema,
                      void **out, struct sim_error *error);
void config_yaml_free(const struct cyaml_schema_value *schema, void *data); /* accepts NULL */

#endif
