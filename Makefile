# Bare `make` lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test check bench soak migration clean

help:
	@echo 'make run    建好环境和演示街道，打印上月报表，启动服务'
	@echo 'make test   全部测试（SQLite 与 PostgreSQL）'
	@echo 'make check  代码检查：ruff、mypy、import-linter、结构测试'
	@echo 'make bench  速度表，写进 docs/performance.md 的数字由它打印'
	@echo 'make soak   慢测试'

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "需要 Python 3.11 或更新的版本，可这样指定：make PYTHON=python3.12 run")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "缺少 venv 模块。Debian/Ubuntu 请先运行：sudo apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/runs: requirements.txt | $(VENV)/bin/python
	@echo '正在安装运行所需的程序包……'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/checks: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	@echo '正在安装检查所需的程序包……'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/runs

run: $(VENV)/runs
	@$(BIN)/python run.py

test: $(VENV)/checks
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q -m 'not soak'

soak: $(VENV)/checks
	@EXAMPLES=wandering $(BIN)/python -m pytest -q -m soak

check: $(VENV)/checks
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/architecture

bench: $(VENV)/checks
	@$(BIN)/python -m bench

migration: $(VENV)/checks
	@$(BIN)/python tools/make_migration.py "$(M)"

clean:
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
