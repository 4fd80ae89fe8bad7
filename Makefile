# Every command does all of its own set-up; a step runs again only when the files it depends on have changed.
.DEFAULT_GOAL := help
.PHONY: help run test test-browser test-wheel test-engines test-conformance test-judge test-soak conformance-table lint assets check bench clean setup setup-dev
MAKEFLAGS += --no-print-directory

HOST ?= 127.0.0.1
PORT ?= 8000
# Arguments passed on to pytest or the measurements, as in: make test ARGS="-k matrix"
ARGS ?=

# The first Python that is new enough; PYTHON=/path/to/python chooses another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done)

PY := .venv/bin/python
PIP := $(PY) -m pip install -qq --no-input --disable-pip-version-check
# The stamps carry a checksum of what was installed and of the folder, for a moved .venv does not work any more.
SUM = $(shell { cat pyproject.toml $(1); pwd; } | cksum | cut -d' ' -f1)
RUN_STAMP := .venv/.run-$(call SUM,requirements.txt)
DEV_STAMP := .venv/.dev-$(call SUM,requirements.txt requirements-dev.txt)

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile
	@echo "  Variables: HOST=$(HOST) PORT=$(PORT) for run; ARGS for test and bench; PYTHON to choose the interpreter."

run: setup assets ## Build the graph and serve it on http://HOST:PORT
	@$(PY) -m kg build
	@exec $(PY) -m kg serve --host "$(HOST)" --port "$(PORT)"

test: setup-dev assets ## Run the tests (all but those that need a browser)
	@$(PY) -m pytest $(ARGS)

test-browser: setup-dev assets ## Walk the pages in headless Chromium (needs chromium and chromedriver)
	@$(PY) -m pytest -m browser $(ARGS)

test-wheel: setup-dev ## Install a wheel in an empty environment and use it there
	@bash tests/wheel_check.sh

test-engines: setup-dev assets ## Run the tests on SPARQL servers (needs virtuoso-t)
	@$(PY) -m pytest -m engines $(ARGS)

test-conformance: setup-dev assets ## Run the test suites of the W3C (fetched once by pip)
	@$(PY) -m pytest -q -m "conformance and not engines" tests/conformance $(ARGS)

test-judge: setup-dev ## Ask pySHACL about each shape file, owlrl about the rules, a full check about changes
	@$(PY) -m pytest -q -m judge tests/shapes tests/kg $(ARGS)

test-soak: setup-dev assets ## Serve for minutes, kill processes, and see that all stays flat
	@$(PY) -m pytest -m soak $(ARGS)

conformance-table: setup-dev ## Write the table of docs/engines.md
	@$(PY) -m tests.conformance.table

lint: setup-dev ## Check style (ruff) and types (mypy)
	@$(PY) -m ruff check .
	@$(PY) -m mypy

check: setup ## Check ontology, shapes and data
	@$(PY) -m kg check

assets: setup ## Build the scripts of the pages
	@$(PY) web/assets/build.py

bench: setup-dev assets ## Measure everything side by side (needs wrk); ARGS="--sizes 50k,1m load" chooses
	@$(PY) bench $(ARGS)

clean: ## Remove everything that make produced
	rm -rf .venv .servanda build dist web/static/dist web/assets/node_modules .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

setup: $(RUN_STAMP)

setup-dev: $(DEV_STAMP)

$(RUN_STAMP):
	@test -n "$(PYTHON)" || { echo "Servanda needs Python 3.11 or newer: install it, or run make PYTHON=/path/to/python3" >&2; exit 3; }
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' || { echo "$(PYTHON) is older than Python 3.11: choose another with make PYTHON=/path/to/python3" >&2; exit 3; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is incomplete: on Debian or Ubuntu run apt install python3-venv" >&2; exit 3; }
	@$(PY) -c '$(NEW_ENOUGH)' 2>/dev/null || "$(PYTHON)" -m venv --clear .venv
	@echo "setup: installing requirements.txt into .venv" >&2
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@rm -f .venv/.run-* && touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@echo "setup: installing requirements-dev.txt into .venv" >&2
	@$(PIP) --require-hashes -r requirements-dev.txt
	@rm -f .venv/.dev-* && touch $@
