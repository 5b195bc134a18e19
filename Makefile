# The commands of the house. `make help` lists them; what is more than a line lives in app/commands/.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv/bin/python
export PYTHONUNBUFFERED := 1
.DEFAULT_GOAL := help
.PHONY: help run test check lint style types contracts templates year bench burst conformance soak screenshots lock assets translations demo-reset tools python

python:
	@test -n "$(PYTHON)" || { echo "Quanliu needs Python 3.11 or newer; none was found. Say PYTHON=/path/to/python3.12"; exit 1; }

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: python ## everything from a bare machine to the running demo at http://127.0.0.1:8000 (PORT changes it)
	@exec $(PYTHON) -m app.commands.bootstrap run

test: tools ## the whole suite: both databases, browser; PYTEST_WORKERS=2
	@exec $(VENV) -m app.commands.suite $(ARGS)

check: lint test ## style, types, import contracts, templates, then the tests

lint: style types contracts templates ## style, types, import contracts, templates

style: tools
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .

types: tools
	$(VENV) -m mypy

contracts: tools
	.venv/bin/lint-imports --no-cache

templates: tools
	@test ! -d app/web/templates || $(VENV) -m djlint --lint --quiet app/web/templates

soak: tools ## a hundred thousand steps over the books on both databases, and more kills
	@BOOK_STEPS=50000 CRASH_CASES=250 $(VENV) -m pytest -q tests/domain/test_books_state_machine.py tests/crash

bench: tools ## benchmarks: prints a table of ratios, writes bench.json
	@exec $(VENV) -m tests.bench

conformance: tools ## public suites of BPMN and DMN in the folder SUITES: prints a table, writes docs/conformance.md
	@exec $(VENV) -m tests.conformance $(SUITES)

year: tools ## an empty demo lives a whole year: 50 agencies, 800 applications; `make run` then shows it
	@APP_CLOCK=manual $(VENV) -m flask --app app.factory migrate
	@APP_CLOCK=manual $(VENV) -m flask --app app.factory live-year $(ARGS)

burst: tools ## a thousand apply at once for a purse that holds four hundred, on both databases
	@exec $(VENV) -m tests.bench.burst

screenshots: tools ## pictures of every page at 1440 and 390 px into docs/screenshots
	@exec $(VENV) -m tests.screenshots

lock: ## pin requirements*.in with hashes, and package.json
	@exec $(VENV) -m app.commands.lock

assets: python ## build the front end, if something changed
	@$(PYTHON) -m app.commands.bootstrap environment
	@$(PYTHON) -m app.commands.assets

translations: python ## merge and compile the catalogues
	@$(PYTHON) -m app.commands.bootstrap environment
	@$(VENV) -m app.commands.compile_translations

demo-reset: ## throw the demo's data away; the next `make run` seeds it afresh
	@$(VENV) -m app.commands.demo_reset

tools: python
	@$(PYTHON) -m app.commands.bootstrap tools
