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

## do what CONTRIBUTING.md says, in a copy of the tree, and look whether it works
contributing-test: all
	@tests/contributing/run.sh

## run the commands of the READMEs in a copy of the tree
readme-test: all
	@tests/checks/readme.sh
	@PATH=$$PWD/bin:$$PATH tests/checks/readme.sh experiments/README.md
	@tests/checks/readme.sh ARTIFACT.md

.PHONY: checks check-freestanding contributing-test readme-test
