# The verbs of this project; `make` alone lists them. They need Python 3.11 and
# make, nothing else. Each says what it does.

PORT ?= 8000
# What pytest is told besides: a folder, a file, `-k words`, `-m "not browser"`.
TESTS ?=
BENCH ?=
export WAPITI ?=
SECONDS ?=
WHO ?=

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py

# The first of these that is new enough; `make PYTHON=…` names another.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$name && break; done)

# Says the same whatever language and encoding this machine is set to.
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup run staff worker test check fix messages bench bench-mail bench-supports bench-desk scan clean

help:
	@echo "make run       serve the portal at http://127.0.0.1:$(PORT)/ (PORT= changes it)"
	@echo "make staff     make an account for staff: asks for an address and a password"
	@echo "make worker    run the tasks behind the pages (needs REDIS_URL)"
	@echo "make test      run the tests (TESTS= chooses some)"
	@echo "make check     format, lint, types, rooms, migrations, messages, deployment"
	@echo "make fix       put right what can be put right by itself"
	@echo "make messages  bring the words to translate up to date"
	@echo "make bench     measure how fast the pages are (BENCH=--help lists choices)"
	@echo "make bench-mail measure how fast letters go, and what faults cost"
	@echo "make bench-desk  how long the admin's lists take with very many rows"
	@echo "make bench-supports  support one idea 10,000 times from 50 connections"
	@echo "make scan      attack it with Wapiti, a scanner of others' (SECONDS= for each part, WHO=staff)"
	@echo "make setup     only get this machine ready"
	@echo "make clean     remove what was installed and drawn; the data in var/ stays"

setup: .venv/requirements.txt .env

.venv/requirements.txt: requirements.txt tools/setup.py | python
	@$(PYTHON) tools/setup.py install requirements.txt

.venv/requirements-dev.txt: requirements.txt requirements-dev.txt tools/setup.py | python
	@$(PYTHON) tools/setup.py install requirements-dev.txt

.env: | python
	@$(PYTHON) tools/setup.py env

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "The portal needs Python 3.11 or newer; none was found on PATH." \
	"Install it (Debian: apt-get install python3 python3-venv), or name it:" \
	"make PYTHON=/path/to/python3.11" >&2; exit 1; }

run: setup
	@$(BIN)/python tools/serve.py $(PORT)

staff: setup
	@$(MANAGE) createsuperuser

# One worker with the clock (beat) inside it: right for one machine. With more
# workers, run exactly one beat apart: celery -A opengov_portal beat.
worker: setup
	@$(BIN)/celery -A opengov_portal worker --beat --concurrency 2 --loglevel INFO

# loadgroup keeps together what tests/lanes.py says: one browser, one Postfix.
test: setup .venv/requirements-dev.txt
	@$(MANAGE) messages compile
	@echo "Running the tests on $(if $(TEST_DATABASE_URL),PostgreSQL,SQLite)"
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(TESTS)

check: setup .venv/requirements-dev.txt
	@$(BIN)/python tools/check.py

fix: setup .venv/requirements-dev.txt
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: setup
	@$(MANAGE) messages update

bench: setup
	@$(BIN)/python -m bench $(BENCH)

bench-mail: setup
	@$(BIN)/python -m bench.mail $(BENCH)

bench-desk: setup
	@$(BIN)/python -m bench.desk $(BENCH)

bench-supports: setup
	@$(BIN)/python -m bench.supports $(BENCH)

scan: setup
	@$(BIN)/python tools/scan.py $(SECONDS) $(WHO)

clean:
	rm -rf .venv var/static .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -not -path "./tests/browser/node_modules/*" -prune -exec rm -rf {} +
	find locale -name "*.mo" -delete
