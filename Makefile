# Ballast: every task of the project. `make help` lists them.
#
# One archive per folder, so that what a folder may use shows in its link line; one program; one
# test program. SAN=1 builds under build/san with the address and undefined-behaviour sanitizers.

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

CC       ?= cc
ifeq ($(origin CC),default)
CC       := gcc
endif
OPT      ?= -O2
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Werror
PACKAGES := gsl sqlite3 yaml-0.1 libxxhash libzstd liblzma zlib
BUILD    := build/$(if $(SAN),san,plain)
OBJ       = $(BUILD)/obj
CFLAGS_ALL = -std=c11 -D_GNU_SOURCE -g $(OPT) -ffp-contract=off $(WARN) -I. $(if $(SAN),-fsanitize=address$(comma)undefined -fno-omit-frame-pointer -fno-sanitize-recover=all) $(CFLAGS)
comma    := ,
# The policy's objects are not position-independent, so neither is the program.
LIBS      = -no-pie $(shell pkg-config --libs $(PACKAGES)) -lm

# What the policy library is allowed: the compiler's own headers and nothing of libc.
FREESTANDING = -ffreestanding -nostdinc -isystem $(shell $(CC) -print-file-name=include) \
               $(if $(SAN),,-mgeneral-regs-only) -fno-pie -fno-stack-protector

# Not in an archive, so that the tests can have a main() of their own.
MAIN    := ballast/cli/main.c

# Folders in link order: each uses only those to its right.
FOLDERS := ballast/cli ballast/page ballast/explain ballast/comparison ballast/bench ballast/replay ballast/report ballast/run ballast/scan ballast/config ballast/results \
           workloads models/host models/guest models/cost models/policy traces/record traces/counters \
           traces/targets traces/images traces/formats traces sim
sources  = $(filter-out $(MAIN),$(wildcard $(1)/*.c) $(if $(filter models/policy,$(1)),$(wildcard $(1)/*/*.c)))
objects  = $(patsubst %.c,$(OBJ)/%.o,$(call sources,$(1)))
archive  = $(BUILD)/lib$(notdir $(1)).a
ARCHIVES := $(foreach f,$(FOLDERS),$(call archive,$(f)))

APP_OBJECTS  := $(MAIN:%.c=$(OBJ)/%.o)
TEST_SOURCES := $(filter-out %/main.c tests/failing/% tests/gates/% tests/peers/%,$(wildcard tests/*.c tests/*/*.c tests/unit/*/*.c))
TEST_OBJECTS := $(patsubst %.c,$(OBJ)/%.o,$(TEST_SOURCES))

# A target is out of date where its sources are newer, and also where it was made in another way: with
# other flags, or from another list of members. Both are kept in files that are written, and so become
# newer, only where their text changes.
same     = $(if $(subst x$(1),,x$(2))$(subst x$(2),,x$(1)),,same)
holds    = $(call same,$(2),$(if $(wildcard $(1)),$(shell cat $(1))))
keep     = @mkdir -p $(@D) && printf '%s\n' '$(subst ','\'',$(1))' >$@
FLAGS   := $(strip $(CC) $(CFLAGS_ALL) $(value FREESTANDING))
MEMBERS  = $(filter %.o %.a,$^)

$(BUILD)/flags: $(if $(call holds,$(BUILD)/flags,$(FLAGS)),,FORCE)
	$(call keep,$(FLAGS))

# $(call members_of,TARGET,MEMBERS): TARGET is made from these and is made anew where they are others.
members_of = $(eval $(call members_rule,$(1),$(strip $(2))))
define members_rule
$(1): $(2) $(1).members
$(1).members: $(if $(call holds,$(1).members,$(2)),,FORCE)
	$$(call keep,$(2))
endef

## build the program `bin/ballast`
all: $(BUILD)/ballast $(BUILD)/ballast-record.so
	@mkdir -p bin && ln -sf ../$(BUILD)/ballast bin/ballast

$(call members_of,$(BUILD)/ballast,$(APP_OBJECTS) $(ARCHIVES))
$(BUILD)/ballast: $(BUILD)/packages
	@echo "  LINK    $@"
	@$(CC) $(CFLAGS_ALL) -no-pie -o $@ $(MEMBERS) $(LIBS)

# Tests make allocations fail: see tests/short_memory.h.
TEST_LINK = -no-pie -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

$(call members_of,$(BUILD)/test,$(TEST_OBJECTS) $(ARCHIVES))
$(BUILD)/test: $(BUILD)/packages
	@echo "  LINK    $@"
	@$(CC) $(CFLAGS_ALL) $(TEST_LINK) -o $@ $(MEMBERS) $(LIBS) -lcunit

# Says what to do where packages are missing, before a compiler does.
$(BUILD)/packages: $(if $(call holds,$(BUILD)/packages,$(PACKAGES)),,FORCE)
	@pkg-config --exists $(PACKAGES) 2>/dev/null || \
	    { echo "packages are missing: run \`make deps\`, or see .ci/deps for their names" >&2; exit 1; }
	$(call keep,$(PACKAGES))

$(OBJ)/models/policy/%.o: models/policy/%.c $(BUILD)/flags | $(BUILD)/packages
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CFLAGS_ALL) -U_GNU_SOURCE $(FREESTANDING) -MMD -MP -c -o $@ $<

$(OBJ)/%.o: %.c $(BUILD)/flags | $(BUILD)/packages
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# What the program says of itself. Compiled anew when the commit changes, or when the first source
# file differs from it; nothing else is.
$(BUILD)/built.h: FORCE | $(BUILD)/packages
	@ballast/run/built.sh $(PACKAGES) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(OBJ)/ballast/run/program.o: CFLAGS_ALL += -include $(BUILD)/built.h
$(OBJ)/ballast/run/program.o: $(BUILD)/built.h

# The assembler reads them into the program.
$(OBJ)/ballast/page/assets.o: ballast/page/page.css ballast/page/page.js

# What QEMU loads to record a guest: position-independent, and never with sanitizers, which QEMU has not.
PLUGIN_OBJECTS := $(patsubst %,$(BUILD)/pic/%.o,traces/record/qemu/plugin traces/record/tracker \
                    traces/writer traces/output traces/format traces/page_key sim/file sim/array sim/error)

$(BUILD)/pic/%.o: %.c $(BUILD)/flags | $(BUILD)/packages
	@mkdir -p $(@D)
	@echo "  CC      $< (pic)"
	@$(CC) -std=c11 -D_GNU_SOURCE -g $(OPT) $(WARN) -I. $(CFLAGS) -fPIC -fvisibility=hidden -MMD -MP -c -o $@ $<

$(call members_of,$(BUILD)/ballast-record.so,$(PLUGIN_OBJECTS))
$(BUILD)/ballast-record.so:
	@echo "  LINK    $@"
	@$(CC) -shared -o $@ $(MEMBERS) $(shell pkg-config --libs libzstd libxxhash)

$(foreach f,$(FOLDERS),$(call members_of,$(call archive,$(f)),$(call objects,$(f))))
$(ARCHIVES):
	@rm -f $@
	@$(AR) qcs $@ $(MEMBERS)

## look for long for what the tests miss: SOAK=1 rounds of property, chaos, failing, killed and fuzzed runs on new seeds, or on SEED=
soak: all $(BUILD)/test $(BUILD)/nth_call $(BUILD)/short_malloc.so
	$(FUZZ_DEPS)
	+@$(FUZZ_BUILD)
	@BUILD=$(BUILD) tests/soak.sh $(or $(SOAK),1) $(if $(filter file,$(origin SEED)),$(if $(PARTS),$$(date +%s)),$(SEED)) $(PARTS)

## build with gcc and clang without and with most optimisation, and compare the rows of a run
build-matrix:
	@tests/matrix.sh

## build and run the unit tests of one folder: make test-of FOLDER=sim
test-of: $(BUILD)/test-$(notdir $(FOLDER))
	$(BUILD)/test-$(notdir $(FOLDER)) $(ONLY)

$(call members_of,$(BUILD)/test-$(notdir $(FOLDER)),$(patsubst %.c,$(OBJ)/%.o,tests/check.c tests/short_memory.c \
    $(wildcard tests/unit/$(notdir $(FOLDER))/*.c)) $(ARCHIVES))
$(BUILD)/test-$(notdir $(FOLDER)):
	@$(CC) $(CFLAGS_ALL) $(TEST_LINK) -o $@ $(MEMBERS) $(LIBS) -lcunit

# ---- What users call ---------------------------------------------------------------------------

# A sub-make after the installation, so that pkg-config is asked only then. The + hands on the jobs of make -j.
MAKE_AGAIN = +@$(MAKE) --no-print-directory
COMPARED  := $(sort $(patsubst experiments/%/paper.csv,%,$(wildcard experiments/*/paper.csv)))
REAL      := $(filter real_%,$(COMPARED))
PAPER     := $(filter-out $(REAL),$(COMPARED))
RIVALS    := $(patsubst experiments/%/config.yaml,%,$(wildcard experiments/rivals_*/config.yaml))
DB        := results/ballast.db
PREFIX    ?= /usr/local
INSTALLED  = $(DESTDIR)$(PREFIX)

include tests/checks/checks.mk tests/cli/cli.mk tests/gates/gates.mk tests/chaos/chaos.mk tests/failing/failing.mk tests/mutants/mutants.mk tests/peers/peers.mk \
    tests/scale/scale.mk tests/coverage/coverage.mk fuzz/fuzz.mk contrib/debian/debian.mk

## install the Debian packages that are missing; NO_INSTALL=1 refuses
deps:
	@NO_INSTALL='$(NO_INSTALL)' .ci/deps

## install what is missing, build, run all tests; SAN=1 with sanitizers
test: deps
	$(MAKE_AGAIN) test-built

test-built: all $(BUILD)/test $(BUILD)/fuzz-corpus $(if $(SAN),,$(BUILD)/fuzz-floors)
	$(MAKE_AGAIN) checks
	$(MAKE_AGAIN) cli-tests
	$(MAKE_AGAIN) chaos-test
	$(MAKE_AGAIN) scale-test
	$(MAKE_AGAIN) failing-test
	$(MAKE_AGAIN) fuzz-corpus
	$(if $(SAN),,$(MAKE_AGAIN) fuzz-floors)
	@$(BUILD)/test

## install what is missing, build, run every experiment of the paper, draw the figures, compare
paper: deps
	$(MAKE_AGAIN) paper-built

paper-built: all
	@$(call experiments,$(PAPER))

## the same with recordings of real virtual machines
real: deps
	$(MAKE_AGAIN) real-built

real-built: all
	@$(call experiments,$(REAL))

## the same with the governors of other hypervisors beside ESX Server's
rivals: deps
	$(MAKE_AGAIN) rivals-built

rivals-built: all
	@$(call experiments,$(RIVALS))

# Runs them all anew, draws their figures, compares.
experiments = for experiment in $(1); do \
	        $(BUILD)/ballast sweep $$experiment --again --db $(DB) $(if $(JOBS),--jobs $(JOBS)) || exit; done; \
	    $(BUILD)/ballast plot $(foreach e,$(1),$(if $(wildcard plots/$(e).gp),$(e))) --db $(DB) && $(BUILD)/ballast verify $(1) --db $(DB)

## make the figures, experiments/COMPARISON.md and the tables of rivals_* anew, from what has run
figures: all
	@$(BUILD)/ballast plot --db $(DB) --out plots/figures
	@$(BUILD)/ballast verify --db $(DB) --markdown > $(BUILD)/verified.md
	@sed -i -e '/^<!-- verified -->/,/^<!-- end -->/{//!d}' \
	    -e '/^<!-- verified -->/r $(BUILD)/verified.md' experiments/COMPARISON.md
	@experiments/rivals_tables.sh $(DB)

## the manual page, from the same tables as --help
man: $(BUILD)/ballast.1

$(BUILD)/ballast.1: $(BUILD)/ballast
	@$(BUILD)/ballast help --man > $@

# Where zsh looks: Debian's packages have another place for it.
ZSH_FUNCTIONS ?= share/zsh/site-functions

## install the program, its experiments, its manual page, completion for shells; PREFIX=/usr/local, DESTDIR
install: all man
	@install -d $(INSTALLED)/bin $(INSTALLED)/share/ballast/traces $(INSTALLED)/share/man/man1
	@install -m 755 $(BUILD)/ballast $(INSTALLED)/bin/ballast
	@install -D -m 755 $(BUILD)/ballast-record.so $(INSTALLED)/lib/ballast/ballast-record.so
	@install -m 644 $(BUILD)/ballast.1 $(INSTALLED)/share/man/man1/ballast.1
	@install -d $(INSTALLED)/share/bash-completion/completions $(INSTALLED)/$(ZSH_FUNCTIONS)
	@$(BUILD)/ballast help --completion bash > $(INSTALLED)/share/bash-completion/completions/ballast
	@$(BUILD)/ballast help --completion zsh > $(INSTALLED)/$(ZSH_FUNCTIONS)/_ballast
	@cp -r experiments $(INSTALLED)/share/ballast/
	@cp -r plots $(INSTALLED)/share/ballast/ && cp -r traces/samples $(INSTALLED)/share/ballast/traces/
	@install -d $(INSTALLED)/share/ballast/traces/record && cp -r traces/record/guest $(INSTALLED)/share/ballast/traces/record/
	@echo "installed in $(INSTALLED)"

## measure the hot paths against bare reference loops
bench: all
	@$(BUILD)/ballast bench

## write the expected texts of the golden tests anew (look at the difference before you commit)
golden-update: all
	@BALLAST=$(BUILD)/ballast tests/cli/golden.sh --update
	@BALLAST=$(BUILD)/ballast tests/cli/explain.sh --update

## compare the rows of every experiment at seed 1 with the digests that are stored; takes a minute
digests: all
	@BALLAST=$(BUILD)/ballast tests/repeat/digests.sh

## store the digests anew, after a change that should move a number
digests-update: all
	@BALLAST=$(BUILD)/ballast tests/repeat/digests.sh --update

FORMATTED = find sim models workloads traces ballast tests fuzz contrib -name '*.[ch]' 2>/dev/null | sort

## format all sources by .clang-format; format-check only looks
format:
	@$(FORMATTED) | xargs clang-format -i

format-check:
	@$(FORMATTED) | xargs clang-format --dry-run -Werror

# All sources by the other compiler, with the same warnings as errors.
clang-build:
	$(MAKE_AGAIN) CC=clang BUILD=build/clang build/clang/ballast build/clang/test build/clang/fuzz-corpus

# What the sanitizers are to see: unit, property, port and repeat tests, and the corpora.
san-tests: $(BUILD)/ballast $(BUILD)/test $(BUILD)/fuzz-corpus
	@$(BUILD)/fuzz-corpus fuzz/corpus
	@$(BUILD)/test


## list the targets
help:
	@awk '/^## / { text = substr($$0, 4); next } \
	    /^[a-z][a-z-]*:/ && text != "" { split($$1, name, ":"); printf "  %-14s %s\n", name[1], text } \
	    { text = "" }' Makefile tests/*/*.mk fuzz/fuzz.mk contrib/debian/debian.mk

## remove everything that was built
clean:
	rm -rf build bin

-include $(patsubst %.o,%.d,$(PLUGIN_OBJECTS) $(APP_OBJECTS) $(TEST_OBJECTS) $(foreach f,$(FOLDERS),$(call objects,$(f))))

FORCE:

.PHONY: FORCE all man install test-of deps test test-built paper paper-built real real-built rivals rivals-built figures bench golden-update digests digests-update format format-check clang-build san-tests soak build-matrix help clean
