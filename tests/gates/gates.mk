# How many instructions the hot paths take, counted by callgrind.

GATE_OBJECTS := $(patsubst %.c,$(OBJ)/%.o,$(wildcard tests/gates/*.c))

$(call members_of,$(BUILD)/gates,$(GATE_OBJECTS) $(ARCHIVES))
$(BUILD)/gates: $(BUILD)/packages
	@$(CC) $(CFLAGS_ALL) -no-pie -o $@ $(MEMBERS) $(LIBS)

## compare the instructions of the hot paths with tests/gates/counts.tsv; installs valgrind
gates: all $(BUILD)/gates
	@EXTRA=valgrind NO_INSTALL='$(NO_INSTALL)' .ci/deps
	@BUILD=$(BUILD) CC='$(CC)' tests/gates/gates.sh

## store the counts anew, after a change that moves them
gates-update: all $(BUILD)/gates
	@EXTRA=valgrind NO_INSTALL='$(NO_INSTALL)' .ci/deps
	@BUILD=$(BUILD) CC='$(CC)' tests/gates/gates.sh --update

-include $(GATE_OBJECTS:.o=.d)

.PHONY: gates gates-update
