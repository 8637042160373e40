/*
 * Numbers for people: "1.21 GB", "3 min", "124k requests".
 *
 * A value comes in the unit in which it was recorded. It is printed in the unit of the same kind
 * that needs the fewest digits, with three significant digits but every digit before the point.
 * Memory and pages of 4 KB are in KB to TB of powers of two, times in us to days. Whatever else is
 * counted has "k", "M" or "G" behind the number. Percentages and codes ("0..3") stay as they are.
 *
 * Values that stand side by side should share a unit: choose it once, for the largest of them.
 */
#ifndef SIM_QUANTITY_H
#define SIM_QUANTITY_H

/* A unit to print in. */
struct sim_unit {
    double one;       /* of it, in the unit of the value */
    const char *name; /* behind the number and a blank: "GB", "requests"; "" for none */
    const char *mark; /* right behind the number: "k", "%"; "" for none */
};

#define SIM_QUANTITY_BYTES 64u

/* The unit in which people read a value of about this size; the sign does not count. `unit` must
 * outlive the result. */
struct sim_unit sim_unit_for(double value, const char *unit);

/* Each writes into `text` and returns it. A value that is NaN is "-". */

/* The number and its mark: "1.21", "124k", "75%". */
const char *sim_quantity_number(char text[SIM_QUANTITY_BYTES], double value, struct sim_unit unit);
/* With the unit, chosen for this value: "1.21 GB". */
const char *sim_quantity(char text[SIM_QUANTITY_BYTES], double value, const char *unit);
/* The same with half of an interval: "1.214 +- 0.021 GB". The half has two significant digits, and
 * the value as many decimals. A half that is NaN or infinite is left out. */
const char *sim_quantity_interval(char text[SIM_QUANTITY_BYTES], double value, double half,
                                  const char *unit);
/* As sim_quantity_interval(), without the name of the unit: "1.214 +- 0.021". */
const char *sim_quantity_interval_number(char text[SIM_QUANTITY_BYTES], double value, double half,
                                         struct sim_unit unit);

#endif
