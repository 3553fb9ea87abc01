# Everything one does with a checkout. It needs Python 3.11 or newer and make.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
BENCHMARK := $(VENV)/.benchmark

.PHONY: help demo test coverage proofs lint types hooks bench fixtures requirements chromium

help:
	@echo "make demo          the site with the coded articles on http://127.0.0.1:8000/ (PORT=8123, HAMRIN_DATA=/a/folder)"
	@echo "make test          the whole suite, on a database of its own"
	@echo "make coverage      the same, and which lines no test runs; takes almost half as long again"
	@echo "make proofs        what takes longer than the suite should, for docs/proofs.md (SCALE=0.1 for a tenth)"
	@echo "make lint          style, types, migrations, deployment settings and the API's schema"
	@echo "make types         only the types"
	@echo "make hooks         run the quick checks before every commit (pre-commit)"
	@echo "make bench         what Hamrin costs: an hour for benchmarks/RESULTS.md, or minutes with SIZE=10000"
	@echo "make fixtures      fixtures/ from seeds/"
	@echo "make requirements  requirements*.txt from pyproject.toml"

demo: $(RUNTIME)
	@exec $(RUN) manage.py demo --port $(PORT)

test: $(DEVELOPMENT) chromium
	$(RUN) -m pytest -n auto

coverage: $(DEVELOPMENT) chromium
	$(RUN) -m pytest -n auto --cov --cov-report=term:skip-covered

proofs: $(DEVELOPMENT)
	SCALE=$(SCALE) $(RUN) -m pytest -o python_files='proof_*.py' tests/proofs

lint: export HAMRIN_SECRET_KEY := as-long-and-as-random-as-a-key-of-a-real-installation-0123456789
lint: export HAMRIN_HTTPS := true
lint: export HAMRIN_ALLOWED_HOSTS := hamrin.example
lint: $(DEVELOPMENT) types
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) manage.py makemigrations --check --dry-run
	$(RUN) manage.py check --deploy --fail-level WARNING
	$(RUN) manage.py spectacular --validate --fail-on-warn --file /dev/null
	$(RUN) -m pytest -q tests/test_names.py tests/test_words.py

types: export HAMRIN_SECRET_KEY := only-so-that-settings-can-be-read
types: $(DEVELOPMENT)
	$(RUN) -m mypy

hooks: $(DEVELOPMENT)
	$(RUN) -m pre_commit install

bench: $(BENCHMARK)
	$(RUN) -m benchmarks $(if $(SIZE),--size $(SIZE))

fixtures: $(RUNTIME)
	$(RUN) manage.py build_fixtures

requirements: $(RUNTIME)
	$(RUN) -m pip install --quiet uv
	$(RUN) -m uv pip compile $(COMPILE) pyproject.toml -o requirements.txt
	$(RUN) -m uv pip compile $(COMPILE) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(RUN) -m uv pip compile $(COMPILE) --group bench -c requirements-dev.txt -o benchmarks/requirements.txt

COMPILE := --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make requirements"

# Readable by all, because under root PostgreSQL runs as a user of its own.
$(RUNTIME): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Hamrin needs Python 3.11 or newer: name one, as in \`make PYTHON=python3.13 …\`." >&2; exit 1; }
	umask 022 && $(PYTHON) -m venv $(VENV)
	umask 022 && $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	umask 022 && $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(BENCHMARK): benchmarks/requirements.txt $(RUNTIME)
	umask 022 && $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements.txt
	@touch $@

chromium:
	@command -v chromium >/dev/null || $(INSTALL_CHROMIUM) || { \
		echo "The tests of the pages need Chromium: install the package \`chromium\` of your system." >&2; exit 1; }

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)
INSTALL_CHROMIUM := { command -v apt-get >/dev/null && $(SUDO) apt-get update -qq && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; }
