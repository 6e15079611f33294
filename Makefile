# The commands of every day. Each installs what it needs (scripts/setup) and builds what is missing.
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
# Tests wait more than they work.
TEST_JOBS ?= $(shell expr $(JOBS) + 1)
RELEASE := build/release

.DEFAULT_GOAL := help
.PHONY: help demo up build test bench install package format lint setup setup-dev

help: ## Say what there is
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

demo: setup ## Build a release and run the whole story
	@scripts/demo

up: setup ## The same story, left running, with lines to try
	@scripts/demo --up

build: setup ## Build the release in build/release
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release --parallel $(JOBS)

test: build ## Run every test
	@ctest --preset release --parallel $(TEST_JOBS)

bench: build ## Measure Fairlead beside its peers (ARGS="--quick" …)
	@bench/run $(RELEASE) $(ARGS)

install: build ## Install below PREFIX (/usr/local)
	@cmake --install $(RELEASE) --prefix $(PREFIX)

package: setup-dev build ## Make a Debian package in build/package
	@cpack --config $(RELEASE)/CPackConfig.cmake -B build/package

format: setup-dev ## Format all C++ sources
	@git ls-files --cached --others --exclude-standard '*.hpp' '*.cpp' | xargs clang-format-14 -i

lint: setup-dev build ## Run the linters alone
	@ctest --preset release --tests-regex '^lint[.]'

setup:
	@scripts/setup

setup-dev:
	@scripts/setup --dev
