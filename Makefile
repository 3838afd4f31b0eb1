# The only front door. `make` lists what there is.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# One form for every build, so that features unify and nothing is compiled twice.
CARGO_ALL := --locked --workspace --all-targets
BUILT := $(or $(CARGO_TARGET_DIR),target)/debug
RELAY := $(BUILT)/relay
VENV := target/venv
PYTHON := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
TOOLS := target/tools
DENY := $(TOOLS)/bin/cargo-deny
DENY_VERSION := 0.20.2
PYTHON_FOLDERS := $(wildcard local pipelines bench tests)

export RELAY_PYTHON ?= $(CURDIR)/$(PYTHON)
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: help setup build demo test check soak mutants bench generate-test-data format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(INSTALLED) $(DENY) ## install what local mode and the checks need, all of it under target/

build: ## build every crate, tests included (debug)
	cargo build $(CARGO_ALL)

demo: $(INSTALLED) build ## run the rentals pipeline on real Spark: a step fails, and the run goes on from it (ROWS=10000)
	$(RELAY) local demo rentals --fail kpis --rows $(or $(ROWS),10000)

test: setup ## everything: checks, unit, wire, contract and end-to-end tests, pytest
	tests/run

check: setup ## formatting, lints and dependencies of Rust, Python, shell and Terraform
	cargo fmt --all --check
	cargo clippy $(CARGO_ALL) -- -D warnings
	$(DENY) --locked check bans licenses sources
	ruff check $(PYTHON_FOLDERS)
	ruff format --check $(PYTHON_FOLDERS)
	git ls-files | xargs grep -lIE '^#!.*\b(ba)?sh$$' | xargs -r shellcheck
	@if ! git ls-files '*.tf' | grep -q .; then echo "terraform fmt: there is no Terraform yet"; \
	elif ! command -v terraform > /dev/null; then echo "terraform fmt: SKIPPED, terraform is not installed"; \
	else terraform fmt -check -recursive -diff infra; fi

soak: ## play all functions at once through SEEDS=100000 sampled courses with faults, optimised, on every core
	RELAY_SEEDS=$(or $(SEEDS),100000) cargo test --locked --profile soak --package world --test explore -- \
		--nocapture everybody::three_deliveries

mutants: ## make one mistake after the other in a copy of the code, and demand that a test finds it (ONLY="relaunch sweep")
	tests/mutants.py $(ONLY)

bench: $(INSTALLED) ## measure the functions beside plain boto3 ones, and on tables up to a million rows; print the ratios
	bench/run
	bench/scale

generate-test-data: $(INSTALLED) build ## write input for the rentals pipeline to target/test-data (ROWS=100000 SEED=1)
	$(RELAY) local generate rentals --rows $(or $(ROWS),100000) --seed $(or $(SEED),1)

format: $(INSTALLED) ## put all code into its form
	cargo fmt --all
	ruff format $(PYTHON_FOLDERS)

clean: ## remove everything that was built or installed
	rm -rf target

$(INSTALLED): local/requirements.txt
	@command -v python3.11 > /dev/null || { echo "python3.11 is needed, and is not on the PATH" >&2; exit 1; }
	@command -v java > /dev/null || { echo "a JDK 17 is needed for Spark, and there is no java on the PATH" >&2; exit 1; }
	python3.11 -m venv --clear $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r local/requirements.txt
	touch $@

$(DENY):
	cargo install --locked --quiet --debug --root $(TOOLS) --target-dir $(TOOLS)/build cargo-deny@$(DENY_VERSION)
	rm -rf $(TOOLS)/build
