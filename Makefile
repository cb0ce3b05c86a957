# madoguchi (窓口). `make` alone lists what there is. Every target may be repeated.

PYTHON  ?= python3
PROFILE ?= eclore
PORT    ?= 8000
ARGS    ?=

# What the second engine is asked: the rooms' verbs and every promise, and of the journeys those that lean on locks,
# ordering, search, JSON, bytes or characters a database refuses. What a screen says is the same on both; the verbs
# behind the screens left out are asked in their rooms. Of these files only tests marked `tables` (set by itself).
TABLES  := tests/rooms tests/promises $(patsubst %,tests/journeys/test_%.py,api_people api_public api_staff conversation \
  desk_inquiry desk_lists desk_people desk_retention desk_search desk_unstorable enclosed erase policy_publication \
  public_away public_bad_input receive requests restore rights_effect screening)

VENV := .venv
BIN  := $(VENV)/bin
UV   := $(BIN)/uv

# One interpreter, the one that made .venv; nothing of the surroundings may point elsewhere.
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/$(VENV)
export UV_PYTHON := $(CURDIR)/$(BIN)/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH

# Without a home (services, containers) caches stay in the project.
ifeq ($(strip $(HOME)),)
export HOME := $(CURDIR)/$(VENV)/home
endif

# The system's own authorities where it has them: behind a company's proxy only they are right.
CERTS  := $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),--system-certs)
SYNC   := $(UV) sync --quiet --frozen --all-extras --inexact $(CERTS)
PYTEST := $(BIN)/pytest

.DEFAULT_GOAL := help
.PHONY: help setup run test check fix train soak bench bench-full disarm packages

help: ## この一覧
	@printf '窓口(madoguchi)\n\n'
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile \
	  | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done
	@printf '\n  はじめて:  make run                      http://localhost:$(PORT) を開きます\n'
	@printf '  別の会社で: make run PROFILE=demo\n'

setup: $(VENV)/.ready-dev ## 準備だけ(.venv を作り、何も起動しません)

run: $(VENV)/.ready ## 試用を始める(PROFILE=eclore|demo、PORT=8000)
	@exec $(BIN)/madoguchi demo --profile $(PROFILE) --port $(PORT)

test: setup packages ## 試験(SQLite、表に触れるものを PostgreSQL でも、守り手を外しても)
	$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)
	MADOGUCHI_TEST_ENGINE=postgresql $(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder $(or $(ARGS),-m 'tables and not soak and not bench' $(TABLES))
	$(if $(ARGS),,$(BIN)/python -m tests.promises.disarm)

check: setup ## 書式・型・部屋の境目・移行ファイルの点検
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/django-admin makemigrations --check --dry-run --settings madoguchi.config.settings

fix: setup ## 書式を整え、生成する文書を書き直す
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m madoguchi.foundation.ui.shipped
	@mkdir -p docs/reference
	$(BIN)/python -c 'from madoguchi.config.environment import reference; print(reference(), end="")' > docs/reference/settings.md
	DJANGO_SETTINGS_MODULE=madoguchi.config.settings $(BIN)/python -c 'import django; django.setup(); from madoguchi.config.data_map_page import page; print(page(), end="")' > docs/reference/data-map.md
	DJANGO_SETTINGS_MODULE=madoguchi.config.settings $(BIN)/python -c 'import django; django.setup(); from madoguchi.config.request_states_page import page; print(page(), end="")' > docs/reference/request-states.md

train: setup ## 仕分けの重みと測定の文書を作り直す(同じデータからは、いつも同じものができます)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m training.screening.train $(ARGS)

soak: SHEETS := libreoffice-calc
soak: setup packages ## 長い試験(強制終了100回、表計算で開くなど)
	$(PYTEST) -m soak -p no:randomly $(ARGS)

bench: setup ## 性能の測定(比で示します)
	$(BIN)/python -m tests.bench $(ARGS)

bench-full: setup ## 性能の測定(100万件)
	$(BIN)/python -m tests.bench --full $(ARGS)
	$(BIN)/python -m tests.bench --full --engine postgresql $(ARGS)

disarm: setup packages ## 守り手を一つずつ外し、試験が気づくことを確かめる
	$(BIN)/python -m tests.promises.disarm $(ARGS)

# -- what the targets above stand on ---------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'Python 3.11 以上が必要です。例: make $(MAKECMDGOALS) PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    export DEBIAN_FRONTEND=noninteractive; \
	    apt-get update -qq && apt-get install -qq -y --no-install-recommends python3-venv >/dev/null; \
	  else \
	    echo 'Python の venv がありません。次を実行してから、もう一度お試しください。' >&2; \
	    echo '  sudo apt-get install python3-venv' >&2; exit 1; \
	  fi; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(UV): | $(BIN)/python
	@$(BIN)/python -m pip install --quiet 'uv>=0.13,<0.14'

$(VENV)/.ready: pyproject.toml uv.lock | $(UV)
	@$(SYNC) --no-dev
	@touch $@

$(VENV)/.ready-dev: pyproject.toml uv.lock | $(UV)
	@$(SYNC)
	@touch $@ $(VENV)/.ready

# Debian and Ubuntu packages of the tests: a browser, a Japanese font, PostgreSQL, Postfix and Dovecot.
packages:
	@want=''; \
	command -v chromium >/dev/null || want="$$want chromium"; \
	fc-list :lang=ja 2>/dev/null | grep -q . || want="$$want fontconfig fonts-noto-cjk"; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || want="$$want postgresql"; \
	command -v dovecot >/dev/null || want="$$want dovecot-imapd"; \
	command -v postfix >/dev/null || want="$$want postfix"; \
	[ -z "$(SHEETS)" ] || command -v soffice >/dev/null || want="$$want $(SHEETS)"; \
	[ -n "$$want" ] || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get update -qq && apt-get install -qq -y --no-install-recommends $$want >/dev/null; \
	else \
	  echo '試験に使うものが足りません。次を実行してください(ほかの系統では同じものを入れてください)。' >&2; \
	  echo "  sudo apt-get install$$want" >&2; \
	  echo 'PostgreSQL と日本語の書体は無くても進みます。ブラウザ(chromium)とメールサーバーは必要です。' >&2; \
	fi; \
	command -v chromium >/dev/null || { echo 'chromium が見つからないため、試験を始めません。' >&2; exit 1; }
