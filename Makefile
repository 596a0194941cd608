# Everything is installed into .venv, from the locked versions in requirements/. Nothing else on the machine changes.
#   make demo ARGS="--port 9000"      ARGS goes to the program that the target runs
#   make test PYTHON=python3.13       PYTHON makes the environment, once

PYTHON ?= python3
ARGS ?=
LOCK_ARGS ?= --upgrade

SHELL := /bin/sh
BIN := .venv/bin
CORE := .venv/.installed-core
DEV := .venv/.installed-dev
UV := uv==0.13.9

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test lint format docs screenshots bench lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(CORE) ## a server with a sample winery, ready to be called
	@$(BIN)/cellarhand demo $(ARGS)

test: $(DEV) ## all tests
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

lint: $(DEV) ## format, lint rules and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright

format: $(DEV) ## write the house format
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

docs: $(DEV) ## write the reference in docs/reference from the declarations
	@$(BIN)/python -m documentation

screenshots: $(DEV) ## take the pictures in docs/images anew, with the system's Chromium
	@$(BIN)/python -m documentation.screenshots

bench: $(DEV) ## measure, and print ratios
	@$(BIN)/python -m benchmarks $(ARGS)

lock: ## pin the newest versions that pyproject.toml allows (LOCK_ARGS= moves only what must)
	@echo 'Locking the dependencies into requirements/ ...'
	@$(has_pip) || { $(environment); }
	@$(BIN)/python -m pip install -qq --target .venv/lock --upgrade '$(UV)'
	@$(call compile,dev) --extra dev $(LOCK_ARGS) pyproject.toml
	@$(call compile,core) --constraint requirements/dev.txt pyproject.toml
	@$(call compile,build) --constraint requirements/dev.txt --group build

clean: ## remove what was installed, built and cached; data stays
	@rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis htmlcov .coverage
	@find src tests benchmarks documentation -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

compile = .venv/lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file requirements/$(1).txt

# A stamp tells nothing once the Python that it stood beside is gone.
LOST := $(shell test -x $(BIN)/python || echo lost)
.PHONY: lost
lost:

# A stamp is the last thing that an installation writes. The developers' set holds the core, so it writes both.
$(CORE): pyproject.toml requirements/core.txt requirements/build.txt $(LOST)
	@echo 'Installing Cellarhand into .venv ...'
	@$(call install,core)
	@touch $(CORE)

$(DEV): pyproject.toml requirements/dev.txt requirements/core.txt requirements/build.txt $(LOST)
	@echo 'Installing Cellarhand and its developer tools into .venv ...'
	@$(call install,dev)
	@touch $(CORE) $(DEV)

has_pip = $(BIN)/python -m pip --version >/dev/null 2>&1

# All from the lock files by hash; then the project itself, from here, with nothing more to download.
define install
$(has_pip) || { $(environment); }; \
$(BIN)/python -m pip install -qq --no-compile --require-hashes -r requirements/$(1).txt -r requirements/build.txt && \
$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
endef

# venv as Python brings it; where ensurepip was left out: virtualenv, or a bare venv filled by the pip outside it.
define environment
$(PYTHON) -c '' 2>/dev/null || { \
  echo 'Cellarhand needs Python 3.11 or newer, and "$(PYTHON)" does not run: install it, or name one: make PYTHON=python3.12' >&2; exit 1; }; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
  echo "Cellarhand needs Python 3.11 or newer, and \"$(PYTHON)\" is $$($(PYTHON) -c 'import platform; print(platform.python_version())'): install one and name it: make PYTHON=python3.12" >&2; exit 1; }; \
rm -rf .venv; \
{ $(PYTHON) -c 'import ensurepip, venv' && $(PYTHON) -m venv .venv; } >/dev/null 2>&1 || \
{ rm -rf .venv; $(PYTHON) -m virtualenv -q .venv; } >/dev/null 2>&1 || \
{ rm -rf .venv; $(PYTHON) -m venv --without-pip .venv && \
  $(PYTHON) -m pip --python $(BIN)/python install -qq pip; } >/dev/null 2>&1 || { \
  rm -rf .venv; \
  echo 'This Python can make no environment (no ensurepip, no virtualenv, no pip): on Debian and Ubuntu "apt install python3-venv", elsewhere install pip' >&2; exit 1; }
endef
