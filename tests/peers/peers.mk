# The same work in other programs, for the Makefile to include.

PEERS := $(BUILD)/peers

$(PEERS)/zipf: tests/peers/zipf.c
	@mkdir -p $(@D) && $(CC) $(CFLAGS_ALL) -o $@ $< -lm

$(PEERS)/hold: tests/peers/hold.c $(BUILD)/libsim.a
	@mkdir -p $(@D) && $(CC) $(CFLAGS_ALL) -o $@ $^ $(LIBS)

## the same work beside libCacheSim and SimPy, where they are installed
bench-peers: all $(PEERS)/zipf $(PEERS)/hold
	@BALLAST=$(BUILD)/ballast tests/peers/peers.sh $(PEERS)

.PHONY: bench-peers
