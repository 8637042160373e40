# The program at moments that hardly ever come: memory or the disk is short, a process is killed. SEED is that of tests/mutants.

FAILING := BALLAST=$(BUILD)/ballast TOOLS=$(BUILD) tests/failing/each.sh

$(BUILD)/nth_call: tests/failing/nth_call.c $(BUILD)/flags
	@echo "  CC      $@"
	@$(CC) $(CFLAGS_ALL) -o $@ $<

# Its malloc() must not be checked by what it stands before.
$(BUILD)/short_malloc.so: tests/failing/short_malloc.c $(BUILD)/flags
	@echo "  CC      $@"
	@$(CC) -std=c11 -D_GNU_SOURCE -g $(OPT) $(WARN) -fPIC -shared -o $@ $<

# The few moments that `make test` has time for.
failing-test: all $(BUILD)/nth_call $(BUILD)/short_malloc.so
	@$(FAILING) memory 3 1
	@$(FAILING) call 2 1
	@$(FAILING) full 2 1
	@$(FAILING) kill 2 1

.PHONY: failing-test
