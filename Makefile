# One-word tasks. Only python3 (3.11 or newer) with venv and pip is needed; `make lock` alone needs uv. Where there is
# a C compiler the matching kernel is compiled too; without one, answers are the same and slower.
#
#   make demo     screen the example articles against the embedded sample and show a table
#   make test     run all tests
#   make check    lint, types, imports, tests: what .ci/run runs too
#   make load     measure the service under load on the loopback: rate, latency, memory, trouble
#   make lint | types | imports | bench | bench-lists | fit | docs | lock | clean
#
# Variables: PYTHON (the interpreter that makes the virtual environment), VENV (where it goes), ARGS (for pytest).

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check
INSTALL = $(PIP) install --quiet --require-hashes --requirement
COMPILE = uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
SOURCES = lists matchers service

.DEFAULT_GOAL := help
.PHONY: help demo test check lint format types imports fit bench bench-lists load docs lock clean

help:
	@sed -n 's/^#  *make/make/p' Makefile

# What the command needs, then what the tests need: two files, one set of versions.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit(f"Python 3.11 or newer is needed, this is {v[0]}.{v[1]}; name another one: make PYTHON=python3.12 ...")'
	@echo "making a virtual environment in $(VENV)" >&2
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements.lock pyproject.toml hatch_build.py matchers/kernel/kernel.c
	@echo "installing what requirements.lock names" >&2
	@$(INSTALL) requirements.lock
	@$(INSTALL) requirements-build.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@echo "installing what requirements-dev.lock names" >&2
	@$(INSTALL) requirements-dev.lock
	@touch $@

demo: $(VENV)/.run
	@$(BIN)/sanctions-xref screen examples --format table --data $(VENV)/demo-data

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(ARGS)

check: lint types imports test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev
	$(BIN)/mypy $(SOURCES)

imports: $(VENV)/.dev
	$(BIN)/lint-imports

fit: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet 'scipy>=1.14,<2' 'wordfreq>=3.1,<4'
	$(BIN)/python -m service.fitting ../shared

bench-lists: $(VENV)/.dev
	$(BIN)/python tests/benchmarks/list_imports.py ../shared/data/import
	$(BIN)/python tests/benchmarks/list_readers.py ../shared/data/lists

bench: $(VENV)/.dev
	$(BIN)/python -m service.evaluation bench $(ARGS)
	$(BIN)/python tests/benchmarks/mentions.py ../shared
	$(BIN)/python tests/benchmarks/screening.py ../shared
	$(BIN)/python tests/benchmarks/long_texts.py
	$(BIN)/python tests/benchmarks/load --lists ../shared/data/import --only rates soak
	$(BIN)/python tests/benchmarks/nearness.py ../shared
	$(BIN)/python tests/benchmarks/cyrillic.py ../shared

# The fifteen lists are those of the folder beside the checkout; ARGS="--data DATA" measures those of a data folder.
load: $(VENV)/.dev
	$(BIN)/python tests/benchmarks/load --lists ../shared/data/import $(ARGS)

# Write the output that documents show anew, from real runs.
docs: $(VENV)/.dev
	$(BIN)/python .ci/documents.py

lock:
	$(COMPILE) --extra articles --extra review --extra oidc --extra postgres --extra otel --extra mcp --extra cluster --extra fit --group build --group browser --group dev --output-file requirements-dev.lock
	$(COMPILE) --constraint requirements-dev.lock --extra articles --extra review --extra oidc --extra postgres --extra otel --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --constraint requirements-dev.lock --group build --output-file requirements-build.lock
	$(COMPILE) --constraint requirements-dev.lock --extra articles --extra review --extra oidc --extra postgres --extra otel \
		--format pylock.toml --output-file pylock.wheels.toml
	$(PYTHON) .ci/wheels.py pylock.wheels.toml > tests/hygiene/wheels.csv
	rm pylock.wheels.toml

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
