# Set-up and checks. The virtual environment in .venv is made when first needed, and again when pyproject.toml or
# constraints.txt change.

PYTHON ?= python3
# More options for `netspace quickstart`, such as ARGS="--networks 8"
ARGS ?=
# Two processes: tests that start workers use both cores of a small machine
PYTEST_ARGS ?= -n 2
# The scripts that `make bench` runs
BENCH ?= $(sort $(wildcard bench/*.py))

BIN := .venv/bin
CORE := .venv/core.stamp
DEV := .venv/dev.stamp
STUBS := .venv/torchvision_stubs
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help quickstart dev test system lint format types contracts bench docs clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

quickstart: $(CORE) ## Set up, then compare two design spaces on the built-in images, in minutes
	$(BIN)/netspace quickstart $(ARGS)

dev: $(DEV) $(STUBS) ## Set up for development

# Beside a PyTorch without CUDA, torchvision and timm load with these stubs alone
test bench: export LD_LIBRARY_PATH := $(CURDIR)/$(STUBS)$(if $(LD_LIBRARY_PATH),:$(LD_LIBRARY_PATH))

test: $(DEV) system $(STUBS) ## Run all tests; narrow with PYTEST_ARGS="-n 2 tests/spaces -m 'not slow'"
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(PYTEST_ARGS)

system:
	@tools/install_test_system_packages.sh

lint: $(DEV) ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(DEV) ## Set the style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV) ## Check types
	$(BIN)/mypy

contracts: $(DEV) ## Check which room imports which
	$(BIN)/lint-imports

bench: $(DEV) $(STUBS) ## Run the measurements; one with BENCH=bench/NAME.py
	@for script in $(BENCH); do echo "== $$script"; $(BIN)/python $$script || exit 1; done

docs: $(DEV) ## Build the pages into site/
	$(INSTALL) ".[docs]"
	$(BIN)/mkdocs build

clean: ## Remove the virtual environment and everything that can be made again
	rm -rf .venv build dist site .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src tests bench tools -name __pycache__ -type d -prune -exec rm -rf {} +

$(CORE): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info < (3, 11) and sys.exit("netspace needs Python 3.11 or newer, and \
	$(PYTHON) is %d.%d: name another with make PYTHON=python3.12" % sys.version_info[:2])'
	@echo "Setting up .venv: downloads PyTorch when first run, which takes some minutes"
	$(PYTHON) -m venv --clear .venv
	$(INSTALL) .
	@touch $@

$(DEV): $(CORE)
	$(INSTALL) ".[dev]"
	@touch $@

# No prerequisite to be newer than: the set-up clears .venv, and these with it, when a version changes
$(STUBS): | $(DEV)
	@$(BIN)/python tools/torchvision_without_cuda.py $@
