"""Every stage that scores the test records records its look at them."""

import ast
import re

import pytest
from pipelines import STAGES, Stage
from root import ROOT

_TEST_RECORDS = re.compile(
    r"(.*/)?data/(beats|rr|predictions)(/test.*)?|(.*/)?data/predictions/.*"
    r"|data/raw/\$\{data\.database\}"
)
"""Dependencies that hold beats, features, predictions or recordings of the test records."""


def scores_test_records(stage: Stage) -> bool:
    """Whether a stage reads test records, and writes results of all patients or of new ones."""
    reads = any(_TEST_RECORDS.fullmatch(dep) for dep in stage.definition.get("deps", []))
    outputs = [path for kind in ("outs", "metrics") for path, _ in stage.outs(kind)]
    writes = any(re.search(r"(^|/)(results|metrics)/", path) for path in outputs)
    return reads and writes


SCORING = [stage for stage in STAGES if scores_test_records(stage)]


@pytest.mark.parametrize("stage", SCORING, ids=str)
def test_a_stage_that_scores_the_test_records_calls_record_look(stage):
    calls = [
        node.func.id
        for node in ast.walk(ast.parse((ROOT / stage.script).read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert "record_look" in calls, f"{stage.script} scores DS2, see CONTRIBUTING.md"


def test_the_stages_that_are_known_to_score_the_test_records_are_found():
    assert {str(stage) for stage in SCORING} >= {
        "evaluate",
        "comparison",
        "studies/annotate:annotate",
        "studies/annotate:detectors",
        "studies/causal:evaluate",
        "studies/daeac:daeac",
        "studies/distill:evaluate",
        "studies/ec57:ec57",
        "studies/learning_curve:learning_curve",
        "studies/noise:noise",
        "studies/pretrain_comparison:pretrain_comparison",
    }


def test_stages_that_read_no_test_record_or_score_nothing_need_not_call_it():
    names = {str(stage) for stage in SCORING}
    assert not names & {"preprocess", "rr", "train", "predict", "studies/folds:folds"}
