# Every target brings what it needs: clone, then `make demo`. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= 2

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# Checks look at the code only: no database is started.
OFFLINE := MAILLAGE_OFFLINE=1 $(MANAGE)
# What was installed, and when: newer than the requirement file, there is nothing to do.
RUN := .venv/installed-run
DEV := .venv/installed-dev
BENCH := .venv/installed-bench
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --require-hashes
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

export PLAYWRIGHT_BROWSERS_PATH := $(CURDIR)/.venv/navigateurs

help: ## montre cette aide
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(RUN) ## installe, peuple la région de démonstration, lance la plateforme et donne son adresse
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) demo
	@MAILLAGE_DEMO=1 $(MANAGE) serve --background --host $(HOST) --port $(PORT)

run: $(RUN) ## lance la plateforme au premier plan, sans toucher aux données
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) serve --host $(HOST) --port $(PORT)

worker: $(RUN) ## exécute les tâches de fond, seul
	@$(MANAGE) worker

stop: $(RUN) ## arrête la plateforme et ses bases embarquées
	@$(MANAGE) serve --stop
	@$(MANAGE) db stop
	@MAILLAGE_TEST=1 $(MANAGE) db stop

test: $(DEV) chromium ## lance les tests (ARGS="-k mot" en choisit)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(DEV) ## vérifie style, types, architecture, gabarits et migrations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	MAILLAGE_OFFLINE=1 $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint maillage --check
	$(BIN)/djlint maillage --lint --quiet
	$(OFFLINE) check --fail-level WARNING
	@# Without a database, Django warns that it cannot read the history of migrations.
	MAILLAGE_OFFLINE=1 $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

fix: $(DEV) ## corrige ce qui peut l’être : style et gabarits
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/djlint maillage --reformat --quiet

bench: $(BENCH) ## mesure les calculs et les compare à une bibliothèque de référence
	@$(BIN)/python -m benchmarks.run

docs: $(DEV) ## réécrit les pages de documentation tirées du code
	@$(OFFLINE) docs

lock: $(DEV) ## fige les dépendances de pyproject.toml, avec leurs empreintes
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra dev --extra bench --constraint requirements-dev.txt --output-file requirements-bench.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Il faut Python 3.11 ou plus récent, appelé « python3 » (ou : make PYTHON=…)." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "L’environnement n’a pas pu être créé : sous Debian, installez python3-venv." >&2; exit 1; }

$(RUN): requirements.txt | $(BIN)/python
	@echo "Installation des dépendances (une à trois minutes)…"
	@$(PIP) --requirement requirements.txt
	@touch $@

# The development set holds the other one.
$(DEV): requirements.txt requirements-dev.txt | $(BIN)/python
	@echo "Installation des dépendances de développement (une à trois minutes)…"
	@$(PIP) --requirement requirements-dev.txt
	@touch $(RUN) $@

# And the one of the benchmarks holds both.
$(BENCH): requirements-bench.txt | $(DEV)
	@echo "Installation des bibliothèques auxquelles on se compare (une à trois minutes)…"
	@$(PIP) --requirement requirements-bench.txt
	@touch $(RUN) $(DEV) $@

chromium: $(DEV)
	@sh .ci/chromium

.PHONY: help demo run worker stop test check fix bench docs lock chromium
