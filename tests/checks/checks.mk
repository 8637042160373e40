# Checks of the rules for sources, for the Makefile to include. The archive of the policy is checked as
# others embed it: the plain build, without sanitizers.

ifeq ($(SAN),)
CHECK_FREESTANDING := check-freestanding
endif

## check the rules of the house: what may include what, headers, words, duplicates, metrics, READMEs, Makefile
checks: $(CHECK_FREESTANDING)
	@tests/checks/includes.sh
	@tests/checks/headers.sh $(CC)
	@tests/checks/words.sh
	@tests/checks/metrics.sh
	@tests/checks/readmes.sh
	@tests/checks/duplicates.sh
	@tests/checks/checked.sh
	@tests/checks/makefile.sh

check-freestanding: $(BUILD)/libpolicy.a
	@tests/checks/freestanding.sh $<

.PHONY: checks check-freestanding
