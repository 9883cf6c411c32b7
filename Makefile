# The two that a newcomer needs: `make run` and `make test`. Both install what is missing first.
.DEFAULT_GOAL := help
.PHONY: help install run test test-service test-browser test-nlu prepare-tests check train bench bench-nlu soak format requirements update sbom licences audit clean

PYTHON ?= python3
BIN := .venv/bin
RASA := .venv-rasa/bin/python
# Installs what is missing or older than its requirement file; silent when all is in place.
SETUP := python=$$(PYTHON='$(PYTHON)' sh scripts/find-python) && "$$python" scripts/install.py
# Rasa has no types of its own: what comes from it is Any, what we make of it is checked all the same.
MYPY_RASA := --python-executable $(RASA) --python-version 3.10 --follow-imports silent \
  --allow-subclassing-any --disable-error-code import-untyped --disable-error-code no-any-return \
  --disable-error-code untyped-decorator
COMPILE := .tools/bin/uv pip compile --quiet --no-header --generate-hashes

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## Build both environments, tools for tests included
	@$(SETUP) service dev rasa

run: ## Install, train and start what is needed; prints the addresses; Ctrl-C stops everything
	@$(SETUP) service rasa
	@exec $(BIN)/seedwarden run

test: ## Run all tests; what needs a server that is not there is skipped by name
	@$(MAKE) --no-print-directory --keep-going test-service test-browser test-nlu

# The three may run side by side: make -j2 test. The browser's tests keep an event loop running and
# the understanding's need Rasa's Python, so each has a process of its own.
test-service: prepare-tests ## Run the tests of all but the browser and the understanding
	$(BIN)/pytest --ignore=tests/unit/nlu --ignore=tests/browser

test-browser: prepare-tests ## Run the tests that need a browser
	$(BIN)/pytest tests/browser

test-nlu: prepare-tests ## Run the tests of the understanding, with Rasa's Python
	RASA_TELEMETRY_ENABLED=false $(RASA) -m pytest tests/unit/nlu

prepare-tests: ## Install what tests need, and train when the model is missing or stale
	@$(SETUP) service dev rasa
	@$(BIN)/seedwarden train --if-stale

check: ## Run what needs no server: format, lint, types, content, architecture, papers
	@$(SETUP) service dev rasa
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --python-version 3.10 -p bot.guard -p bot.content -m bot.log
	$(BIN)/mypy $(MYPY_RASA) bot/nlu/*.py bot/nlu/serving/*.py
	$(BIN)/python -m bot.content.check
	$(BIN)/pytest --quiet tests/test_architecture.py tests/test_papers.py

train: ## Train the model anew
	@$(SETUP) service rasa
	@$(BIN)/seedwarden train

bench: ## Measure ours against a bare Rasa; the table goes to bench/
	@$(SETUP) service dev rasa
	@$(BIN)/seedwarden train --if-stale
	$(BIN)/python bench/turns.py

bench-nlu: ## Measure how well we understand, from a clean state; writes bench/nlu.md
	@$(SETUP) service rasa
	RASA_TELEMETRY_ENABLED=false $(RASA) bench/nlu.py

soak: ## Run two of everything for ten minutes while parts fail; writes bench/soak.md
	@$(SETUP) service dev rasa
	@$(BIN)/seedwarden train --if-stale
	$(BIN)/python bench/soak.py $(SOAK)

format: ## Format the code and mend what ruff can mend
	@$(SETUP) service dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

requirements: ## Compile requirements/*.txt anew from pyproject.toml
	@$(SETUP) service
	$(COMPILE) --python-version 3.12 --group service -o requirements/service.txt
	$(COMPILE) --python-version 3.12 --group dev -c requirements/service.txt -o requirements/dev.txt
	$(COMPILE) --python-version 3.10 --group rasa -o requirements/rasa.txt

update: ## Take the newest versions that fit together, and install them; then make check and make test
	@$(SETUP) service
	$(COMPILE) --upgrade --python-version 3.12 --group service -o requirements/service.txt
	$(COMPILE) --upgrade --python-version 3.12 --group dev -c requirements/service.txt -o requirements/dev.txt
	$(COMPILE) --upgrade --python-version 3.10 --group rasa -o requirements/rasa.txt
	@$(MAKE) --no-print-directory install licences

sbom: ## Write bills of materials (CycloneDX) to results/
	@$(SETUP) service rasa
	$(BIN)/python scripts/supply.py sbom

licences: ## Write docs/licences.md from what is installed
	@$(SETUP) service rasa
	$(BIN)/python scripts/supply.py licences

audit: ## Ask pip-audit for known flaws; fails on any that requirements/accepted.yml does not name
	@$(SETUP) service
	$(BIN)/python scripts/supply.py audit

clean: ## Remove environments, models and caches; var/ stays
	rm -rf .venv .venv-rasa .tools .uv-cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .rasa
	find models -mindepth 1 ! -name .gitkeep -delete
