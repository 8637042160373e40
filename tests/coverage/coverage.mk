# Lines and branches that tests run, counted by gcov in a build of its own.

COVERAGE_BUILD = $(MAKE) --no-print-directory CC=gcc SAN= OPT=-O0 CFLAGS=--coverage BUILD=build/coverage

## print which lines of the project, and which branches of the policy library, tests run; three minutes of CPU
coverage: $(BUILD)/packages
	+@$(COVERAGE_BUILD) build/coverage/ballast build/coverage/test build/coverage/fuzz-corpus
	@tests/coverage/run.sh build/coverage
	@tests/coverage/coverage.sh build/coverage

.PHONY: coverage
