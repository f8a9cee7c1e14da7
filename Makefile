# make repro    set up, run the pipeline, print the results
# make studies  run all studies, and put them on the report
# make NAME     run one of them, for example make noise; studies/NAME/README.md tells what it does
# make test     set up, run all checks
# make bench    measure speed; writes benchmarks/results.json and the README's tables of it
# make ablation  run studies/ablation/grid.yaml as DVC experiments; goes on where it was stopped
# make pretrain_folds  the same of studies/pretrain_folds: backbones and ways to pretrain them
# make check    lint, format and types alone

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := src

STUDIES := annotate causal daeac distill ec57 external folds learning_curve noise objectives ssl12

.PHONY: repro studies $(STUDIES) test bench ablation pretrain_folds check setup

repro: setup
	dvc repro
	python -m ecgfuse.report.table

# A study runs what it needs of the root pipeline first. The report is made last, of all that is there.
studies: setup
	dvc repro --keep-going $(STUDIES:%=studies/%/dvc.yaml) || failed=1; \
	  dvc repro report && exit $${failed:-0}

$(STUDIES): setup
	dvc repro studies/$@/dvc.yaml
	dvc repro report

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

setup: $(BIN)/.ready

$(BIN)/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it by 'make PYTHON=python3.12 ...'" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
