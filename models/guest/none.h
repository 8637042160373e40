/*
 * Inside a guest, numbers stand for things instead of pointers: a page is its PPN, a process and a
 * disk request are indices of their arrays, a slot is a page of the paging device.
 */
#ifndef GUEST_NONE_H
#define GUEST_NONE_H

#include <stdint.h>

#define NONE UINT32_MAX /* no page, no process, no request, no slot */

#endif
