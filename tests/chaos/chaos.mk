# Experiments with faults, drawn at random. SEED and COUNT are those of tests/mutants.

## run experiments that nobody would think of and look whether what must hold does; SEED=1, COUNT=100, CHAOS_S=, SAN=1
chaos: all
	@BALLAST=$(BUILD)/ballast tests/chaos/chaos.sh $(SEED) $(COUNT) $(BUILD)/chaos $(CHAOS_S)

# The few that `make test` has time for.
chaos-test: all
	@BALLAST=$(BUILD)/ballast tests/chaos/chaos.sh 1 12 $(BUILD)/chaos

.PHONY: chaos chaos-test
