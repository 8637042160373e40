/*
 * Quantities as people write them: "1.5GB", "75%", "10min".
 *
 * A unit belongs to a kind: memory (B, KB, MB, GB, TB of powers of two, and pages of 4 KB), time
 * (ns to d), a share of a whole (fraction, %, bp), a clock rate (kHz to GHz). A unit of memory may
 * be followed by "/s". A value can be written in any unit of its kind. KiB, MiB, GiB and TiB are
 * the same as KB, MB, GB and TB, and case does not count.
 */
#ifndef SIM_QUANTITY_READ_H
#define SIM_QUANTITY_READ_H

#include <stddef.h>

enum sim_quantity_reading {
    SIM_QUANTITY_OK,
    SIM_QUANTITY_NO_NUMBER,  /* the text does not begin with a plain decimal number */
    SIM_QUANTITY_OTHER_UNIT, /* what follows the number is no unit of this kind */
};

/*
 * Reads the whole of `text` as a value in `unit`. A number without a unit is in `unit` already. A
 * blank may stand before the unit. `unit` may have words behind its name, as "bp of max"; where it
 * is of no kind, the number must stand alone or before the very same unit.
 */
enum sim_quantity_reading sim_quantity_read(const char *text, const char *unit, double *value);

/* Length of the number that `text` begins with; 0 where it is none. */
size_t sim_quantity_number_length(const char *text);

#define SIM_QUANTITY_UNITS_BYTES 80u
/* The units in which a value in `unit` can be written, for messages: "KB, MB, GB, TB or pages"; ""
 * where there is none but its own. Returns `text`. */
const char *sim_quantity_units(char text[SIM_QUANTITY_UNITS_BYTES], const char *unit);

#endif
