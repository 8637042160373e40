/*
 * Text inside XML 1.0 and HTML, as content or as the value of an attribute in double quotes.
 */
#ifndef SIM_XML_H
#define SIM_XML_H

#include <stdio.h>

/* Writes `text` so that no part of it is taken for a tag, an entity or the end of an attribute. A
 * byte that is no UTF-8, and a control character that XML cannot hold, becomes U+FFFD. Line ends
 * and tabs come back as they are. */
void sim_xml_text(FILE *out, const char *text);

#endif
