# Every target does its own set-up and can be repeated. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
REPLAY := --from 2015-01-02 --to 2020-04-17
JOBS ?= $(shell nproc)
# A compiler cache is used where there is one.
export CMAKE_CXX_COMPILER_LAUNCHER = $(shell command -v ccache)
# A system that set-up cannot serve ends make with one line, which names the way by container.
unserved = $(shell packaging/setup.sh --unserved)
stop_if_unserved = $(if $(unserved),$(error $(unserved)))

.PHONY: help setup build run test prove lint format golden bench deploy clean

help: ## list the targets
	@grep -hE '^[a-z_-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z_-]+):.*## (.*)/  \1\t\2/' | expand -t 12

setup: ## install what the project needs (Debian 12)
	$(stop_if_unserved)
	@packaging/setup.sh

build/release/build.ninja build/dev/build.ninja: | setup
	@cmake --preset $(notdir $(@D)) >/dev/null

build: setup build/release/build.ninja ## build the program for use
	@[ -x build/release/converge ] || echo "build: the program; about five minutes on two cores the first time"
	@cmake --build --preset release --target converge --parallel $(JOBS)

run: build ## replay the sample desk: five years of real S&P 500 days through the whole loop
	@echo "replay: the sample desk, five years of trading days; about half a minute on two idle cores, the first time"
	@build/release/converge --desk desk run $(REPLAY) $(ARGS)

test: setup build/dev/build.ninja ## build with sanitizers and run every test
	@cmake --build --preset dev --parallel $(JOBS)
	@ctest --preset dev

prove: build ## run the long proofs at full size, write docs/proof.md (CONVERGE_PROVE_CLEAN_MACHINE=1: also in a clean root)
	@packaging/prove.sh

lint: setup build/dev/build.ninja ## formatting and static analysis
	@packaging/setup.sh lint
	@packaging/lint.sh

format: ## format every source file
	$(stop_if_unserved)
	@packaging/setup.sh lint
	@git ls-files '*.cpp' '*.hpp' | grep -v '^tests/golden/' | xargs clang-format-16 -i

golden: setup build/dev/build.ninja ## rewrite the expected outputs; review the difference
	@cmake --build --preset dev --parallel $(JOBS)
	@CONVERGE_GOLDEN=rewrite ctest --preset dev

bench: setup build/release/build.ninja ## measure speed, as ratios to a peer in the same run
	@cmake --build --preset release --parallel $(JOBS)
	@packaging/bench.sh

deploy: ## build and start the containers (Docker Compose)
	@docker info >/dev/null 2>&1 || { echo "deploy: no Docker engine answers; start one, or use 'make run' without containers" >&2; exit 69; }
	@CONVERGE_REVISION=$$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown) docker compose up --build --detach --wait

clean: ## remove what was built
	rm -rf build
