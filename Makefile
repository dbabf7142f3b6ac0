# OneBanner. `make demo` and `make test` do all set-up themselves and keep everything inside this folder.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
TESTS_STATE := .onebanner/test
# Checks look at the code alone: they name a database that nobody has to run.
NO_SERVER := DATABASE_LOGIN_URL=postgresql://nobody@127.0.0.1:1/none
# npm keeps a log of every run: in here, not in the home folder.
export npm_config_cache := $(CURDIR)/.onebanner/cache/npm
export npm_config_update_notifier := false
# Dozens of processes start; none of them is to compile again what the one before has compiled.
unexport PYTHONDONTWRITEBYTECODE

# What does not wait for one another is done by both cores; each part's words stay together.
TOGETHER = $(MAKE) --no-print-directory -j 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

# Two processes, a file stays on one of them.
PYTEST = $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
# The tests' own database server ends with them, also after Ctrl-C, and gives back the memory that it lay in.
STOP_TESTS = ONEBANNER_STATE=$(TESTS_STATE) $(BIN)/onebanner stop; $(BIN)/python -m tests.ground

.PHONY: help demo test test-long check check-python check-web test-web ready bench stop clean tools prepared

help:
	@echo "make demo [PORT=8000]  prepare everything, serve two seeded chains, until Ctrl-C"
	@echo "make test              prepare everything, run every check and every test but the long ones"
	@echo "make test-long         prepare everything, run the long tests: browser, demo, power cuts, crowds, fleets"
	@echo "make check             run the checks only: style, types, imports"
	@echo "make bench             measure, and print ratios"
	@echo "make stop              stop what still runs in the background"
	@echo "make clean             stop, and remove all that was installed or made, data included"
	@echo "DATABASE_URL=postgresql://user:password@host/database makes them use that server."

demo: tools
	@$(PYTHON) infra/prepare.py --steps 7
	@exec $(BIN)/onebanner demo --after 3 --port $(PORT)

test: prepared
	@$(BIN)/onebanner messages
	@trap : INT TERM; $(TOGETHER) check-python check-web test-web ready && $(PYTEST) -m "not long"; code=$$?; $(STOP_TESTS); exit $$code

test-long: prepared
	@$(BIN)/onebanner messages
	@trap : INT TERM; $(PYTEST) -m long; code=$$?; $(STOP_TESTS); exit $$code

check: prepared
	@$(TOGETHER) check-python check-web

check-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy platform tenants franchise graphql infra

check-web:
	$(NO_SERVER) $(BIN)/onebanner schema --check
	$(NO_SERVER) $(BIN)/python -W ignore -m config.commands django makemigrations --check --dry-run
	cd frontend && npm run --silent check

# The check writes types that the tests read.
test-web: check-web
	cd frontend && npm test --silent

ready:
	@$(BIN)/python -m tests.ready

bench: prepared
	@$(BIN)/python -m tests.benchmarks

stop:
	@if [ -x $(BIN)/onebanner ]; then $(BIN)/onebanner stop; $(STOP_TESTS); fi

clean: stop
	@rm -rf .venv .onebanner frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@rm -rf .import_linter_cache frontend/src/graphql/schema.d.ts
	@find . -name __pycache__ -prune -exec rm -rf {} + ; find . -name '*.mo' -delete

prepared: tools
	@$(PYTHON) infra/prepare.py --steps 3

tools:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is missing: install it (Debian: apt install python3 python3-venv)." >&2; exit 1; }
