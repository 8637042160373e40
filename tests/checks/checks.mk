# Checks of the rules of the house, for the Makefile to include. The archive of the policy is looked
# at as it is embedded: the plain build, without sanitizers.

ifeq ($(SAN),)
CHECK_FREESTANDING := check-freestanding
endif

## check the rules of the house: what may include what, headers, words, metrics, READMEs
checks: $(CHECK_FREESTANDING)
	@tests/checks/includes.sh
	@tests/checks/headers.sh $(CC)
	@tests/checks/words.sh
	@tests/checks/metrics.sh
	@tests/checks/readmes.sh

check-freestanding: $(BUILD)/libpolicy.a
	@tests/checks/freestanding.sh $<

.PHONY: checks check-freestanding
