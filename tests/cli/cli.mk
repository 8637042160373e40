# Tests of the program as its users call it.

## test the program's commands, errors and exit statuses, and small runs against their expected text
cli-tests: all
	@BALLAST=$(BUILD)/ballast tests/cli/commands.sh
	@BALLAST=$(BUILD)/ballast tests/cli/golden.sh
	@BALLAST=$(BUILD)/ballast tests/cli/scan.sh

.PHONY: cli-tests
