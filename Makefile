# make repro    set up, run the pipeline, print the results
# make studies  run all studies and update the report
# make NAME     run one study, for example make noise; studies/NAME/README.md describes it
# make test     set up, run all checks and tests, with one process per core
# make test-fast  the checks and the tests not marked slow or pipeline, in under 90 seconds
# make bench    measure speed; writes benchmarks/results.json and the tables in docs/benchmarks.md
# make ablation  run studies/ablation/grid.yaml as DVC experiments; resumes if stopped
# make pretrain_folds  the same for studies/pretrain_folds: backbones and pretraining
# make check    lint, format and types only
# make audit    known vulnerabilities of the pinned packages, where PyPI tells them
# make docs     build the documentation into site/; warnings are errors

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := src
# Tests of one group share an expensive fixture and run in one process.
PARALLEL := --numprocesses=logical --dist=loadgroup

STUDIES := annotate causal daeac distill ec57 external folds heartbeat learning_curve noise pretrain_comparison published ssl12

.PHONY: repro studies $(STUDIES) test test-fast docs bench ablation pretrain_folds check audit setup

repro: setup
	dvc repro
	python -m ecgfuse.report.table

# A study first runs what it needs of the root pipeline. The report comes last, as it shows them all.
studies: setup
	dvc repro --keep-going $(STUDIES:%=studies/%/dvc.yaml) || failed=1; \
	  dvc repro report && exit $${failed:-0}

$(STUDIES): setup
	dvc repro studies/$@/dvc.yaml
	dvc repro report

# Each test process uses one thread, as there is one process per core.
test test-fast: export OMP_NUM_THREADS := 1

test: setup check docs
	python -m pytest $(PARALLEL)

test-fast: setup check
	python -m pytest $(PARALLEL) -m "not slow and not pipeline"

check: setup
	ruff check .
	ruff format --check .
	mypy

audit:
	PYTHON=$(PYTHON) .ci/audit

docs: setup
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict

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
	  { echo "Python 3.11 or newer is needed; run 'make PYTHON=python3.12 ...'" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
