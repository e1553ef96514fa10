# `make run` and `make test` need git, make and Python 3.11; nothing else. `make playground` also needs Node 20.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SAFEGUARDING_DATABASE_URL ?= sqlite:///development.db
DEVELOPMENT := SAFEGUARDING_ENV=development SAFEGUARDING_DATABASE_URL=$(SAFEGUARDING_DATABASE_URL)

.PHONY: install run chat playground test full race evaluation-year lint check train lock clean

install: $(VENV)/.installed

$(VENV)/.installed: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.tested: requirements/dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

run: install
	@$(DEVELOPMENT) $(BIN)/safeguarding demo
	@$(DEVELOPMENT) exec $(BIN)/safeguarding run

chat: install
	@$(DEVELOPMENT) $(BIN)/safeguarding chat

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund

playground: install node_modules/.package-lock.json
	@$(DEVELOPMENT) $(BIN)/safeguarding demo
	@$(DEVELOPMENT) $(BIN)/python -m tests.playground

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/safeguarding check
	$(BIN)/python -m pytest

# What docs/reliability.md is made of: an hour or more. SAFEGUARDING_SEED=... repeats a run.
full: $(VENV)/.tested
	SAFEGUARDING_FULL=1 $(BIN)/python -m pytest -s tests/faults tests/contract/test_two_years.py

# A hundred for ten seats from three processes, 1,000 rounds on each database: an hour or more.
race: $(VENV)/.tested
	SAFEGUARDING_FULL=1 $(BIN)/python -m pytest -s tests/contract/test_bookings_at_once.py --durations=2

# A year of 2,400 delegates in 24 agencies, made up and worked out again by other code.
evaluation-year: $(VENV)/.tested
	SAFEGUARDING_FULL=1 $(BIN)/python -m pytest tests/contract/test_evaluation_year.py

train: $(VENV)/.tested
	$(BIN)/python -m knowledge.understanding.train

lock:
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements/run.txt
	uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes --no-header --quiet -c requirements/run.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) node_modules
