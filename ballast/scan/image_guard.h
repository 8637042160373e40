/*
 * Images that are cut while they are read. Reading a mapped file behind its end raises SIGBUS.
 */
#ifndef SCAN_IMAGE_GUARD_H
#define SCAN_IMAGE_GUARD_H

/* From now on the program ends on such a signal as it does for a file that was too short from the
 * start: with one line on standard error and the status SIM_BAD_DATA. */
void image_guard_install(void);

#endif
