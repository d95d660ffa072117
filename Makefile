# Two commands: `make demo` starts the service on an authored sample, `make test` runs every check.
#
#   make demo  [PORT=8000] [DATA=.data]
#   make test  [TESTS="tests/review -k upload"]
#   make bench [CONTRACTS=../shared/cuad]     figures for BENCHMARKS.md; make bench-engine: the long-context reader's
#   make soak  [CONTRACTS=../shared/cuad HOSTILE=../shared/hostile_pdfs]     workers killed, readers attacked
#   make screenshot                            the picture of the README, from the sample bundle
#   make system | lint | types | format | clean

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help soak screenshot demo test system named-system lint types checks bench bench-engine clean environment test-environment format

PORT ?= 8000
DATA ?= .data
TESTS ?=
# The whole suite runs in two processes, each with services of its own; named tests run in one.
ONE_THREAD := $(if $(TESTS),,OMP_NUM_THREADS=1)
SIDE_BY_SIDE := $(if $(TESTS),,-n 2 --dist loadfile --no-loadscope-reorder)
CONTRACTS ?= ../shared/cuad
HOSTILE ?= ../shared/hostile_pdfs
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

# What Django needs to be looked at without any server: values like those of a real installation, used by nobody.
CHECK_ENV := DATA=.cache/checks HTTPS=yes ALLOWED_HOSTS=engross.example TRUSTED_ORIGINS=https://engross.example \
	SECRET_KEY=only-for-the-checks-of-the-code-and-never-for-a-service-0123456789 \
	DATABASE_URL=postgresql://app@/engross?host=/nowhere BROKER_URL=memory:// LOG_LEVEL=ERROR

help:
	@sed -n '1,9s/^# \{0,1\}//p' Makefile

demo: environment named-system
	@exec $(BIN)/python -m deploy.supervisor --with-parent --port "$(PORT)" --data "$(DATA)"

test: test-environment named-system
	@$(MAKE) --jobs 2 --output-sync=target lint types checks
	echo "Tests"
	$(ONE_THREAD) $(BIN)/python -m pytest $(SIDE_BY_SIDE) --cov --cov-report=term:skip-covered $(TESTS)

lint: test-environment
	@echo "Format and lint"
	$(BIN)/ruff format --check --quiet --output-format concise .
	$(BIN)/ruff check --quiet --output-format concise .
	echo "Import contracts"
	$(BIN)/lint-imports --no-logo > .cache/lint-imports.log || { cat .cache/lint-imports.log; exit 1; }

types: test-environment
	@echo "Types"
	env $(CHECK_ENV) $(BIN)/mypy --no-error-summary

checks: test-environment
	@echo "Django's checks"
	env $(CHECK_ENV) $(BIN)/python manage.py check --deploy --fail-level WARNING
	env $(CHECK_ENV) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

format: test-environment
	@$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: test-environment named-system
	@[ -d "$(CONTRACTS)" ] || { echo "make bench measures a folder of contracts: CONTRACTS=/a/folder." >&2; exit 1; }
	echo "From upload to readable text, against bare PyMuPDF"
	$(BIN)/python -m deploy.bench.ingest "$(CONTRACTS)/pdf"
	echo "Looking for words that nobody sees"
	$(BIN)/python -m deploy.bench.unseen "$(CONTRACTS)/pdf"
	echo "Answer times of the pages"
	$(BIN)/python -m deploy.bench.pages "$(CONTRACTS)"
	echo "The reader"
	$(BIN)/python -m inference bench read --data "$(CONTRACTS)"
	echo "One more question of a firm's own"
	$(BIN)/python -m inference bench questions --data "$(CONTRACTS)"
	echo "Beyond the window"
	$(BIN)/python -m inference.evaluation.beyond --data "$(CONTRACTS)" --contracts 8 --facts 60
	echo "First and later start of make demo in a clean clone"
	$(BIN)/python -m deploy.bench.start
	$(MAKE) bench-engine

# Some ten minutes of one quiet core; what takes longer has a command of its own in BENCHMARKS.md.
bench-engine: test-environment
	@echo "The long-context reader beside a matrix product"
	$(BIN)/python -m inference bench engine --small --cache model
	echo "One case file and many questions, beside a library"
	$(BIN)/python -m inference bench shared-prefix
	echo "Keys and values in eight and four bits"
	$(BIN)/python -m inference bench kv --tokens 8192
	echo "A saved reading restored"
	$(BIN)/python -m inference bench restore
	echo "Reading less of the past"
	$(BIN)/python -m inference bench sparse
	echo "Growth with the case file"
	$(BIN)/python -m inference bench growth --lengths 2048,4096,8192,16384
	echo "Exact quotes"
	$(BIN)/python -m inference bench quotes
	echo "Named clauses in generated agreements"
	$(BIN)/python -m inference.evaluation.needle run --profile inference/evaluation/standin.toml --needles 10
	if $(BIN)/python -c 'import sys, torch; sys.exit(not torch.cuda.is_available())'; then
		echo "Qwen2.5-7B's shape on the GPU"
		$(BIN)/python -m inference bench gpu
	fi

soak: test-environment named-system
	@[ -d "$(CONTRACTS)" ] || { echo "make soak reads a folder of contracts: CONTRACTS=/a/folder." >&2; exit 1; }
	echo "Workers killed while they read"
	$(BIN)/python -m deploy.bench.kills "$(CONTRACTS)/pdf" --files 250 --kills 30
	echo "Files made to break readers"
	if [ -d "$(HOSTILE)" ]; then $(BIN)/python -m deploy.bench.hostile "$(HOSTILE)"; else echo "There is no folder $(HOSTILE)."; fi

screenshot: test-environment named-system
	@ENGROSS_SCREENSHOT=deploy/screenshot.png $(BIN)/python -m pytest -q tests/review/web/test_in_browser.py -k sample_room

clean:
	@rm -rf .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache htmlcov .coverage*
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
	echo "Caches removed. The data ($(DATA)) and $(VENV) are kept; remove them by hand."

# --- What Python needs -------------------------------------------------------------------------------

environment:
	@deploy/environment.sh $(VENV) "$(PYTHON)" requirements.txt

test-environment: environment
	@mkdir -p .cache
	deploy/environment.sh $(VENV) "$(PYTHON)" requirements.txt tests/requirements.txt

# --- What the system brings --------------------------------------------------------------------------

system:
	@deploy/system.sh install

named-system:
	@deploy/system.sh name
