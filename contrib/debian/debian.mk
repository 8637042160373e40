# The Debian package, for the Makefile to include. debhelper works in build/deb, so the tree stays as it is.

## build a Debian package in build/deb; needs debhelper
deb: man
	@command -v dh >/dev/null || { echo "deb: expected debhelper, found none: apt-get install debhelper" >&2; exit 1; }
	@rm -rf build/deb/debian build/deb/*.deb && mkdir -p build/deb
	@cp -r contrib/debian build/deb/debian && cp README.md MEANINGS.md build/deb/
	@contrib/debian/changelog.sh > build/deb/debian/changelog
	+@cd build/deb && debian/rules binary > deb.log 2>&1 || { tail -20 deb.log >&2; exit 1; }
	@ls build/deb/*.deb

## build the package, look it over with lintian, unpack it and run it; installs debhelper and lintian
deb-test:
	@EXTRA="debhelper lintian" NO_INSTALL='$(NO_INSTALL)' .ci/deps
	$(MAKE_AGAIN) deb
	@contrib/debian/test.sh build/deb/*.deb

.PHONY: deb deb-test
