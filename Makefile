# Each target does its own set-up from a bare Python 3.11 or newer with pip.
# PYTHON=… chooses the interpreter, ARGS=… goes to the command (make demo ARGS="--no-serve"; make test ARGS="-k calendar").
.POSIX:
PYTHON =
ARGS =

.PHONY: help setup demo test programs check format bench lock clean

help:
	@echo "make demo     a made-up municipality from case list to comparison, then the pages on http://127.0.0.1"
	@echo "make test     everything that must hold: format, lint, types, import contracts, tests"
	@echo "make check    the same without the tests"
	@echo "make programs what the tests run besides Python: LibreOffice, Chromium, Node, and Pyodide for Node"
	@echo "make format   format the code and mend what ruff can mend"
	@echo "make bench    speed and memory, as ratios measured in one run"
	@echo "make setup    only the environment in .venv"
	@echo "make lock     uv.lock anew after a change in pyproject.toml"
	@echo "make clean    remove .venv, caches and the demo"

setup: .venv/in-step

.venv/in-step: pyproject.toml uv.lock .ci/uv.txt .ci/environment
	@PYTHON="$(PYTHON)" .ci/environment

demo: .venv/in-step
	.venv/bin/bitark demo $(ARGS)

test: programs check
	.venv/bin/pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

programs: .venv/in-step
	@.ci/programs
	@.ci/pyodide

check: .venv/in-step
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy --strict
	.venv/bin/lint-imports

format: .venv/in-step
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .

bench: .venv/in-step
	.venv/bin/python -m bench $(ARGS)

lock: .venv/in-step
	UV_NO_CONFIG=1 UV_DEFAULT_INDEX=https://pypi.org/simple UV_SYSTEM_CERTS=true UV_PYTHON_DOWNLOADS=never \
		.venv/bin/uv lock

clean:
	rm -rf .venv demo dist tests/pyodide/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
