# Tests of the program as its users call it.

## test the program's commands, errors and exit statuses, and small runs against their expected text
cli-tests: export BALLAST_CHECKS = all
cli-tests: all
	@BALLAST=$(BUILD)/ballast tests/cli/commands.sh
	@BALLAST=$(BUILD)/ballast tests/cli/golden.sh
	@BALLAST=$(BUILD)/ballast tests/cli/explain.sh
	@BALLAST=$(BUILD)/ballast tests/cli/verify.sh
	@BALLAST=$(BUILD)/ballast tests/cli/github.sh
	@BALLAST=$(BUILD)/ballast tests/cli/completion.sh
	@BALLAST=$(BUILD)/ballast tests/cli/show.sh
	@BALLAST=$(BUILD)/ballast tests/cli/compare.sh
	@BALLAST=$(BUILD)/ballast tests/cli/scan.sh
	@BALLAST=$(BUILD)/ballast tests/cli/replay.sh
	@BALLAST=$(BUILD)/ballast tests/cli/plot.sh
	@BALLAST=$(BUILD)/ballast tests/cli/report.sh
	@BALLAST=$(BUILD)/ballast tests/cli/robust.sh
	@BALLAST=$(BUILD)/ballast tests/cli/database.sh
	@BALLAST=$(BUILD)/ballast tests/cli/sweep.sh
	@BALLAST=$(BUILD)/ballast tests/cli/fit.sh
	@BALLAST=$(BUILD)/ballast tests/cli/faults.sh
	@BALLAST=$(BUILD)/ballast tests/cli/devices.sh
	@BALLAST=$(BUILD)/ballast tests/cli/linux_6.sh
	@BALLAST=$(BUILD)/ballast tests/cli/extremes.sh
	@BALLAST=$(BUILD)/ballast CC='$(CC)' tests/cli/governor.sh

## record real guests under QEMU and compare; installs QEMU, takes a minute
record-test: all
	@EXTRA="qemu-system-x86 busybox-static cpio" NO_INSTALL='$(NO_INSTALL)' .ci/deps
	@BALLAST=$(BUILD)/ballast tests/cli/record.sh

## test the reader in Python and execute its notebook; installs pandas, matplotlib and nbconvert
python-test: all
	@EXTRA="python3-pandas python3-scipy python3-matplotlib python3-nbconvert python3-ipykernel" \
	    NO_INSTALL='$(NO_INSTALL)' .ci/deps
	@BALLAST=$(BUILD)/ballast contrib/python/test.sh

## look at the HTML report in a browser; installs Chromium, takes a minute
report-test: all
	@EXTRA=chromium NO_INSTALL='$(NO_INSTALL)' .ci/deps
	@BALLAST=$(BUILD)/ballast tests/report/report.sh

## run a sweep on a Slurm of one node and over GNU parallel; installs Slurm, takes a minute
slurm-test: all
	@EXTRA="slurmctld slurmd slurm-client parallel" NO_INSTALL='$(NO_INSTALL)' .ci/deps
	@BALLAST=$(BUILD)/ballast contrib/slurm/test.sh

.PHONY: cli-tests record-test python-test report-test slurm-test
