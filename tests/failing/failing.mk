# The program at moments that hardly ever come: memory or the disk is short, a process is killed. SEED is that of tests/mutants.

FAILING := BALLAST=$(BUILD)/ballast TOOLS=$(BUILD) tests/failing/each.sh

# Without sanitizers: what they find is to be found in the program.
FAILING_CC = $(CC) -std=c11 -D_GNU_SOURCE -g $(OPT) $(WARN)

$(BUILD)/nth_call: tests/failing/nth_call.c $(BUILD)/flags
	@echo "  CC      $@"
	@$(FAILING_CC) -o $@ $<

$(BUILD)/short_malloc.so: tests/failing/short_malloc.c $(BUILD)/flags
	@echo "  CC      $@"
	@$(FAILING_CC) -fPIC -shared -o $@ $<

## break every allocation and every write of ten commands, kill them at 200 moments; SEED=; SAN=1 also looks for leaks; takes hours
failing: all $(BUILD)/nth_call $(BUILD)/short_malloc.so
	@VERBOSE=1 $(FAILING) memory 0 $(SEED)
	@VERBOSE=1 $(FAILING) call 0 $(SEED)
	@VERBOSE=1 $(FAILING) full 200 $(SEED)
	@VERBOSE=1 $(FAILING) kill 200 $(SEED)

# The few moments that `make test` has time for; with SAN=1 what continuous integration has time for.
failing-test: all $(BUILD)/nth_call $(BUILD)/short_malloc.so
	@$(FAILING) memory 3 1
	@$(FAILING) call 2 1
	@$(FAILING) full 2 1
	@$(FAILING) kill 2 1

.PHONY: failing failing-test
