# SeeWhy. A machine needs Python 3.11 or newer and make; `make test` also uses Java 17 + Maven (or Docker) and chromium.

SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP = $(BIN)/python -m pip install -q --disable-pip-version-check
# A lock names everything, what builds SeeWhy included, and each file by its hash: nothing else is installed.
LOCKED = --require-hashes --no-deps -r
OURSELVES = --no-deps --no-build-isolation
# As [build-system] says; the second is what an editable installation is made with.
BUILT_WITH = 'hatchling>=1.27\neditables\n'
# Versions for every Python and system that SeeWhy runs on, hashes of every file of theirs.
COMPILE = build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)
PACKAGES := cypher graph loaders auth explorer seewhy
WORKERS ?= 2
SERVE ?= yes
GRAPH ?= embedded
SIZE ?= S

DEMO = $(BIN)/seewhy demo $(if $(filter no,$(SERVE)),--no-serve)
# Runs a command on a disposable Neo4j, started as the tests start it, and stops it afterwards.
ON_NEO4J = $(BIN)/python -m tests.servers.neo4j run --

.PHONY: help demo test check bench mutants pictures docs lock sbom clean
.DEFAULT_GOAL := help

help: ## show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/$(if $(filter neo4j,$(GRAPH)),dev,run) ## load the sample organisation, answer three questions, open the explorer (SERVE=no: without it; GRAPH=neo4j: on a real Neo4j)
ifeq ($(GRAPH),neo4j)
	$(ON_NEO4J) $(DEMO)
else
	$(DEMO)
endif

test: check ## check, then every test; what is missing on this machine is skipped aloud (PYTEST="tests/unit -k name" for a part)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder $(PYTEST)

check: $(VENV)/dev ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/dev ## measure, and write docs/benchmarks.md and docs/scaling.md (SIZE=L: the large organisations, SIZE=curve: 10 k to 1 M cases; BENCH="--only memberships --engines embedded --stages diff --also peers": a part, which the pages take over)
	$(BIN)/python -m benchmarks --size $(SIZE) $(BENCH)

mutants: $(VENV)/dev ## change every rung and question one place at a time, tell who notices, and write the score into docs/testing.md (PARTS="portal findings": some of them)
	$(BIN)/python -m docs.mutants $(PARTS)

pictures: $(VENV)/dev ## take the pictures of the documentation from the running explorer
	$(BIN)/python -m docs.pictures

docs: $(VENV)/dev ## write the generated pages of docs/ anew
	$(BIN)/python -m docs.generate

lock: ## write both locks anew: what is pinned stays while pyproject.toml allows it (UPGRADE=yes: the newest of everything)
	$(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install -q --disable-pip-version-check uv
	printf $(BUILT_WITH) | $(COMPILE) pyproject.toml - --output-file requirements.lock
	printf $(BUILT_WITH) | $(COMPILE) --constraint requirements.lock --extra dev --extra py2neo pyproject.toml - --output-file requirements-dev.lock
	rm -rf build/lock

sbom: $(VENV)/dev ## write build/sbom.cdx.json (CycloneDX): what running SeeWhy installs on this machine, with versions and licences
	rm -rf build/sbom && $(PYTHON) -m venv --without-pip build/sbom
	$(BIN)/python -m pip --python build/sbom install -q --disable-pip-version-check $(LOCKED) requirements.lock
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible --output-file build/sbom.cdx.json build/sbom/bin/python
	rm -rf build/sbom

clean: ## remove the environment, caches and build results (graphs stay)
	rm -rf $(VENV) build dist test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Two stamps: what running needs, and what working on it needs as well.
$(VENV)/run: pyproject.toml requirements.lock | $(VENV)/python
	$(PIP) $(LOCKED) requirements.lock
	$(PIP) $(OURSELVES) -e .
	@touch $@

$(VENV)/dev: pyproject.toml requirements-dev.lock | $(VENV)/python
	$(PIP) $(LOCKED) requirements-dev.lock
	$(PIP) $(OURSELVES) -e .
	@touch $@ $(VENV)/run

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "SeeWhy needs Python 3.11 or newer; name one with make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "this Python cannot make environments; on Debian: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }
	@touch $@
