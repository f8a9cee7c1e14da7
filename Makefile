# make repro    set up, run the whole pipeline, print the results
# make test     set up, run all checks
# make bench    measure speed; writes benchmarks/results.json and the README's tables of it
# make ablation  run studies/ablation/grid.yaml as DVC experiments; goes on where it was stopped
# make pretrain_folds  the same of studies/pretrain_folds: backbones and ways to pretrain them
# make ssl12    run the pipeline of studies/ssl12: pretraining on 12-lead recordings
# make check    lint, format and types alone

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := src

.PHONY: repro test bench ablation pretrain_folds ssl12 check setup

repro: setup
	dvc repro
	python -m ecgfuse.report.table

test: setup check
	python -m pytest

check: setup
	ruff check .
	ruff format --check .
	mypy

bench: setup
	python benchmarks/measure.py
	python benchmarks/table.py

ablation: setup
	python studies/ablation/run.py studies/ablation

pretrain_folds: setup
	python studies/ablation/run.py studies/pretrain_folds

ssl12: setup
	cd studies/ssl12 && dvc repro

setup: $(BIN)/.ready

$(BIN)/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it by 'make PYTHON=python3.12 ...'" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
