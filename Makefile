# Everything that people and CI call. `make run` on a fresh machine needs Python 3.11 and make, nothing else.
PYTHON ?= python3.11
PORT ?= 8080
ARGS ?=
VENV := .venv
# Without what was compiled before, every worker rewrites all tests anew.
export PYTHONDONTWRITEBYTECODE :=
BIN := $(VENV)/bin
SOURCES := bot adapters handlers scheduler manifest

.DEFAULT_GOAL := help
.PHONY: help setup run test thorough chaos test-all browser lint types contracts check generate gallery bench lock clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.ready ## Make .venv and install what is locked

# uv comes from the package index into the same environment; pip of Python 3.11 knows no dependency groups.
$(VENV)/.ready: requirements-dev.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed (PYTHON=/path/to/python3.11)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "the venv module is missing: on Debian, apt install python3.11-venv"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

run: setup ## Serve the playground at http://127.0.0.1:8080 (PORT=..., ARGS=--fresh)
	@PORT=$(PORT) $(BIN)/python -m bot play $(ARGS)

test: setup ## The tests, in under three minutes
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not browser and not thorough and not chaos" $(ARGS)

thorough: setup ## Whole lives, killed processes, sweeps, and the features on PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist worksteal -m thorough $(ARGS)

chaos: setup ## What takes longer than a minute to go wrong: every crash point, kill -9, thirty days of two thousand people
	$(BIN)/python -m pytest -n 2 --dist worksteal -m chaos $(ARGS)

test-all: setup ## Every test on SQLite and on PostgreSQL
	CONVENE_TEST_EVERYTHING=1 $(BIN)/python -m pytest -n 2 --dist worksteal -m "not browser and not chaos" $(ARGS)

browser: setup ## The playground in headless Chromium (needs Debian's chromium)
	$(BIN)/python -m pytest -n 2 -m browser $(ARGS)

lint: setup ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy --strict
	$(BIN)/mypy $(SOURCES) tests bench

contracts: setup ## Who may import whom
	$(BIN)/lint-imports

generate: setup ## Write anew whatever is generated: manifests, wire names, snapshots
	$(BIN)/python -m bot generate

gallery: setup ## Pictures of every view on both platforms, in build/gallery
	$(BIN)/python -m bot gallery

bench: setup ## A benchmark: make bench NAME=interactions
	$(BIN)/python -m bench $(NAME)

lock: setup ## Resolve the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --upgrade pyproject.toml --group dev -o requirements-dev.lock

check: lint types contracts test ## What a commit should pass

clean: ## Remove the environment and what was built; the data in var/ stays
	rm -rf $(VENV) build dist
