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

## break twelve commands: each way to an allocation, every write, COUNT=200 moments of more; SEED=; SAN=1 also looks for leaks; an hour of CPU
failing: all $(BUILD)/nth_call $(BUILD)/short_malloc.so
	@VERBOSE=1 $(FAILING) way 0 $(SEED)
	@VERBOSE=1 $(FAILING) call 0 $(SEED)
	@VERBOSE=1 $(FAILING) memory $(or $(COUNT),200) $(SEED)
	@VERBOSE=1 $(FAILING) full $(or $(COUNT),200) $(SEED)
	@VERBOSE=1 $(FAILING) kill $(or $(COUNT),200) $(SEED)

## kill run, sweep (parent, child, both), merge and convert at COUNT=200 moments each, drawn with SEED=; a command without so many at all
killed: all $(BUILD)/nth_call
	@VERBOSE=1 $(FAILING) kill $(or $(COUNT),200) $(SEED) run again sweep merge convert

# The few moments that `make test` has time for; with SAN=1 what continuous integration has time for.
failing-test: all $(BUILD)/nth_call $(BUILD)/short_malloc.so
	@$(FAILING) memory 3 1
	@$(FAILING) call 2 1
	@$(FAILING) full 2 1
	@$(FAILING) kill 2 1

.PHONY: failing killed failing-test
