/*
 * The lengths of UTF-8 characters.
 */
#include "sim/utf8.h"

unsigned sim_utf8_length(const char *bytes)
{
    const unsigned char *text = (const unsigned char *)bytes;
    unsigned c = text[0], length;
    unsigned least = 0x80, most = 0xbf; /* of the second byte */

    if (c < 0x80)
        return 1;
    if (c < 0xc2 || c > 0xf4)
        return 0;
    length = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (c == 0xe0)
        least = 0xa0;
    else if (c == 0xed)
        most = 0x9f;
    else if (c == 0xf0)
        least = 0x90;
    else if (c == 0xf4)
        most = 0x8f;
    if (text[1] < least || text[1] > most)
        return 0;
    for (unsigned i = 2; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    return length;
}
