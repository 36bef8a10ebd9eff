# Every target sets up what it needs; bare `make` prints them. No rule is ever loaded into the machine's own network namespace.
STRICT  := --explicit-target-dependency-import-check error
RELEASE := -c release --static-swift-stdlib --disable-local-rpath -Xswiftc -Xclang-linker -Xswiftc -fuse-ld=lld -Xlinker --icf=all -Xlinker --no-export-dynamic -Xswiftc -L.build/alone -Xlinker -z -Xlinker pack-relative-relocs -Xlinker -T -Xlinker Sources/redirctl/release.ld
BINARY  := .build/release/redirctl
AT_ONCE := --experimental-maximum-parallelization-width 6
ISOLATED := unshare --net --mount $(if $(filter 0,$(shell id -u)),,--map-root-user)

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14
build: ## build the program for development
	@.ci/packages build
	swift build $(STRICT) --product redirctl

release: ## build the static program, strip it, and hold its size to 20 MiB
	@.ci/packages build
	@mkdir -p .build/alone; ln -sf "$$(clang -print-file-name=libstdc++.a)" .build/alone/ # alone, so the static one is taken: the start is a fifth shorter
	swift build $(STRICT) $(RELEASE) --product redirctl
	strip -o $(BINARY).stripped $(BINARY)
	@size=$$(stat -c %s $(BINARY).stripped); echo "stripped: $$size bytes"; [ $$size -le 20971520 ]

install: release ## install the program, its units and its documents; prefix=/usr/local
	@.ci/packages install
	@Sources/Packaging/generate $(BINARY).stripped .build/generated
	@Sources/Packaging/files install $(BINARY).stripped .build/generated
uninstall: ## take away what install has put there; policies and the history stay
	@Sources/Packaging/files uninstall
deb: release ## build the Debian package, in .build/deb
	@.ci/packages install deb
	@Sources/Packaging/build-deb $(BINARY).stripped .build/deb
tarball: release ## build an archive to unpack on other systems, in .build/deb
	@.ci/packages install
	@Sources/Packaging/build-tarball $(BINARY).stripped .build/deb
demo: ## show the whole life of a policy with real connections, in a namespace of its own
	@.ci/packages build demo
	swift build $(STRICT) --product redirctl
	@$(ISOLATED) --pid --fork --kill-child --mount-proc Tests/Demo/demo

test: ## run every test; kernel tests that cannot run fail
	@.ci/packages build test
	swift build $(STRICT) --build-tests
	REDIRCTL_REQUIRE_KERNEL=1 REDIRCTL_TESTER=$(shell id -u) $(ISOLATED) swift test --skip-build --disable-sandbox $(AT_ONCE) $(ONLY)
platforms: release ## run every example's life on other libraries and kernels, as root; ON="1.1.3 5.10" chooses
	@.ci/packages build test platforms
	swift build $(STRICT) --build-tests
	@Tests/Platforms/platforms $(ON)
package-test: deb ## install, upgrade, boot, remove the package in Debian 12 and 13, as root; ON="bookworm" chooses
	@.ci/packages deb package-test
	@Tests/Package/package $(BINARY).stripped $(ON)
neighbours: release ## live with firewalld, Docker's rules, ufw, fail2ban and others, as root; ON="bookworm" chooses
	@.ci/packages neighbours
	@Tests/Neighbours/neighbours $(BINARY).stripped $(ON)
ansible-test: ## roll policies out to three hosts with the Ansible collection, as root
	@.ci/packages build ansible
	swift build $(STRICT) --product redirctl
	@$(ISOLATED) --pid --fork --kill-child --mount-proc Tests/Ansible/ansible .build/debug/redirctl
faults: ## kill commands at every system call, let each fail, cut the power: an hour and more
	REDIRCTL_FAULTS=all $(MAKE) test ONLY="--filter FaultTests"
semantics: ## compare explain, tests, rules and kernel on thousands of random policies: 20 minutes
	REDIRCTL_SEMANTICS=all $(MAKE) test ONLY="--filter '^(PolicyAnalysis|Semantics|Kernel)Tests'"
bench: release ## measure against nft on the same rules, in a namespace of its own
	@.ci/packages bench
	@$(ISOLATED) Tests/Bench/bench $(BENCH)
lint: ## check format and style
	swift format lint --strict --recursive Package.swift Sources Tests
format: ## put the sources into the common format
	swift format --in-place --recursive Package.swift Sources Tests
.PHONY: help build release install uninstall deb tarball demo test platforms package-test neighbours ansible-test faults semantics bench lint format
