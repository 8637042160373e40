/*
 * A mapped file that somebody cuts meanwhile raises SIGBUS where its end was. From this call on the
 * program then ends as for a file that was too short from the start: one line, SIM_BAD_DATA.
 */
#ifndef SCAN_IMAGE_GUARD_H
#define SCAN_IMAGE_GUARD_H

void image_guard_install(void);

#endif
