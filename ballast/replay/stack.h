/*
 * Stack distances: how many different pages were touched since a page's last touch, that page
 * included. LRU with memory for as many pages as the distance has the page, with one page less it
 * has not (Mattson et al., 1970). Internal to this folder.
 */
#ifndef REPLAY_STACK_H
#define REPLAY_STACK_H

#include <stdbool.h>
#include <stdint.h>

struct stack;

/* Page numbers are below `pages`. NULL where there is no room. */
struct stack *stack_new(uint32_t pages);
void stack_free(struct stack *stack); /* accepts NULL */

/* The distance, at least 1; 0 for a first touch. */
uint32_t stack_touch(struct stack *stack, uint32_t page);
/* Brings what stack_touch() will look at into the cache. */
void stack_prefetch(const struct stack *stack, uint32_t page);
/* As if the page had never been touched. */
void stack_forget(struct stack *stack, uint32_t page);
uint32_t stack_pages(const struct stack *stack); /* that were touched */

#endif
