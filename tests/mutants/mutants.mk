# Mutation of the policy library, for the Makefile to include.

SEED  ?= 1
COUNT ?= 100

MUTATE        := $(BUILD)/mutate
MUTATE_PARTS  := $(patsubst %.c,$(OBJ)/%.o,tests/mutants/main.c tests/mutants/mutator.c)
MUTANT_TESTS  := $(patsubst %.c,$(OBJ)/%.o,tests/check.c tests/short_memory.c \
                     $(wildcard tests/unit/policy/*.c tests/property/*.c tests/port/*.c))

$(call members_of,$(MUTATE),$(MUTATE_PARTS))
$(MUTATE):
	@$(CC) $(CFLAGS_ALL) -o $@ $(MEMBERS)

## change the policy library at random and look whether its tests notice; SEED=1, COUNT=100, JOBS; takes minutes
mutants: $(MUTATE) $(MUTANT_TESTS) $(BUILD)/libpolicy.a
	@WORK=$(BUILD)/mutants MUTATE=$(MUTATE) OBJECTS='$(MUTANT_TESTS)' ARCHIVE=$(BUILD)/libpolicy.a \
	    COMPILE='$(CC) -std=c11 -O2 -I. $(FREESTANDING)' LINK='$(CC) $(TEST_LINK)' \
	    tests/mutants/run.sh $(SEED) $(COUNT)

-include $(OBJ)/tests/mutants/main.d

.PHONY: mutants
