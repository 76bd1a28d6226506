# The ways in. `make help` lists them. All work happens in .venv, made from the locks by deploy/environment.py.

PYTHON ?=
SETUP = sh deploy/setup.sh "$(PYTHON)"
BIN := .venv/bin
LOCK = $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate $(if $(UPGRADE),--upgrade) pyproject.toml

QUICK = tests/unit tests/contracts tests/stories/test_golden_case.py

.DEFAULT_GOAL := help
.PHONY: help run test test-quick bench lint format lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## the whole platform with the sample network, in one process, on http://127.0.0.1:8000 (needs Python 3.11-3.13 only)
	@$(SETUP) run
	@exec $(BIN)/aidbus up --sample $(ARGS)

test: ## lint and every test, against a real RabbitMQ and a real PostgreSQL
	@$(SETUP) test
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m tests.infrastructure.parallel $(or $(ARGS),tests) --session-timeout=3000

test-quick: ## the tests that are not slow and need no broker and no database server (under a minute)
	@$(SETUP) test
	@$(BIN)/python -m tests.infrastructure.parallel $(QUICK) --quick --session-timeout=300 $(ARGS)

bench: ## the benchmark beside its peers: table and benchmarks/results/latest.json
	@$(SETUP) bench
	@$(BIN)/python -m benchmarks $(ARGS)

lint: ## style, types, direction of imports
	@$(SETUP) test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: ## rewrite the code in the house's format
	@$(SETUP) test
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: ## resolve the locks anew from pyproject.toml (UPGRADE=1: to the newest allowed)
	@$(SETUP) test
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet uv
	$(LOCK) --extra test --extra bench -o requirements-bench.lock
	$(LOCK) --extra test -c requirements-bench.lock -o requirements-test.lock
	$(LOCK) -c requirements-bench.lock -o requirements.lock

clean: ## remove the environment and caches; the data under var/ stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist *.egg-info
