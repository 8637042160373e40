/*
 * The operating system's own process: the boot, and then what an idle system keeps touching.
 */
#ifndef GUEST_SYSTEM_H
#define GUEST_SYSTEM_H

struct guest;

void guest_system_init(struct guest *guest);   /* makes the process; it is the first */
void guest_system_booted(struct guest *guest); /* programs may start */

#endif
