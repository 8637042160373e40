/* Notes of readers: each sentence once, and what was passed over. */
#include "tests/check.h"
#include "traces/notes.h"

#include <string.h>

static void notes_add__takes_a_sentence_once(void)
{
    struct tr_notes notes = {0};
    tr_notes_add(&notes, "a page has %d bytes", 4096);
    tr_notes_add(&notes, "a page has %d bytes", 4096);
    tr_notes_add(&notes, "a page has %d bytes", 512);
    CHECK_EQ(notes.count, 2);
    CHECK_TEXT(notes.text[1], "a page has 512 bytes");
    for (int i = 0; i < 100; i++)
        tr_notes_add(&notes, "%d", i);
    CHECK_EQ(notes.count, TR_NOTES_MOST);
}

static void notes_end__says_what_was_passed_over(void)
{
    struct tr_notes notes = {0};
    char text[TR_NOTE_BYTES];
    tr_notes_end(&notes);
    CHECK_EQ(notes.count, 0);
    tr_notes_pass_over(&notes, 7, "expected %s, found '%s'", "a time", "soon");
    tr_notes_passed_text(&notes, text);
    CHECK_TEXT(text, "1 line was passed over; line 7: expected a time, found 'soon'");
    tr_notes_pass_over(&notes, 9, "another");
    tr_notes_end(&notes);
    CHECK_EQ(notes.count, 1);
    CHECK_TEXT(notes.text[0],
               "2 lines were passed over; the first is line 7: expected a time, found 'soon'");
}

static void notes_end__counts_missing_samples_too(void)
{
    struct tr_notes notes = {0};
    char text[TR_NOTE_BYTES];
    tr_notes_leave_out(&notes, 3, "expected a number, found ''");
    tr_notes_passed_text(&notes, text);
    CHECK_TEXT(text, "1 sample was left out; line 3: expected a number, found ''");
    tr_notes_pass_over(&notes, 9, "another");
    tr_notes_passed_text(&notes, text);
    CHECK_TEXT(text, "1 line was passed over and 1 sample was left out; the first is line 3: "
                     "expected a number, found ''");
}

TEST_SUITE(traces_notes, TEST(notes_add__takes_a_sentence_once),
           TEST(notes_end__says_what_was_passed_over), TEST(notes_end__counts_missing_samples_too))
