# Two commands: `make run` opens the chat, `make test` passes the tests. Both set up what they need, once.
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(p))))
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: help run test test-model test-browser check format clean

help:
	@echo "make run           set up, get the models, open the chat on http://127.0.0.1:$(PORT)"
	@echo "make test          set up and run the tests"
	@echo "make test-browser  the tests that drive a Chromium (needs one installed)"
	@echo "make test-model    the tests that run the downloaded language model"
	@echo "make check         lint and types"

run: $(VENV)/.run
	$(BIN)/footnote ui --port $(PORT)

test: $(VENV)/.dev
	$(BIN)/python -m pytest

test-browser: $(VENV)/.dev
	$(BIN)/python -m pytest -m browser

test-model: $(VENV)/.dev
	$(BIN)/python -m pytest -m model

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.made: constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Footnote needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --upgrade --constraint constraints.txt pip
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml
	$(BIN)/python -m pip install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml
	$(BIN)/python -m pip install --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache
