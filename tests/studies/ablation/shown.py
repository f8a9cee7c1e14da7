"""A small grid, and the output of 'dvc exp show --json' for its experiments."""

import copy
from pathlib import Path
from typing import Any

from root import ROOT

from ecgfuse.pipeline.params import read_params
from ecgfuse.studies.ablation.experiments import METRICS
from ecgfuse.studies.ablation.grid import PARAM_FILES, Row, load_grid

DEFAULTS = {
    group: values for path in PARAM_FILES for group, values in read_params(ROOT / path).items()
}
PARAMS = copy.deepcopy(DEFAULTS)
PARAMS["fusion"]["alpha_init"] = -2.0  # independent of the default
BASELINE = "27" + 38 * "3"
GRID = """
- {name: default, asks: "the default?", settings: []}
- {name: gate-0, asks: "half open?", settings: [fusion.alpha_init=0]}
- {name: causal, asks: "no look ahead?", settings: [rr.causal=true, preprocess.reference=causal]}
- {name: beat, asks: "the beat alone?", settings: ["preprocess.rows=[interval]"]}
"""


def grid_in(folder: Path, text: str = GRID) -> list[Row]:
    """Write a grid, and load it."""
    path = folder / "grid.yaml"
    path.write_text(text)
    return load_grid(path, params=PARAMS)


def scores(value: float, *, kind: str = "real", sd: float | None = None) -> dict[str, Any]:
    """Metrics of folds with one value for all scores."""
    part = dict.fromkeys(("sensitivity", "ppv", "f1", "auprc", "auroc"), value)
    macro = dict.fromkeys(("macro_f1", "macro_auprc", "macro_auroc", "macro_sensitivity"), value)
    spread = {} if sd is None else {"sd": dict.fromkeys(macro, sd)}
    data = {"database": "mitdb", "kind": kind, "beats": 50_973, "records": 22}
    seeds = 1 if sd is None else 2
    return {"data": data, "seeds": seeds, **macro, **dict.fromkeys("NSVF", part), **spread}


def shown(row: Row, value: float, *, state: str | None = None) -> dict[str, Any]:
    """One experiment of a commit; its executor is null once it has been removed from the queue."""
    params = copy.deepcopy(PARAMS) | copy.deepcopy(row.params)
    data = {
        "params": {
            "params.yaml": {"data": {k: v for k, v in params.items() if k != "folds"}},
            "studies/folds/params.yaml": {"data": {"folds": params["folds"]}},
        },
        "metrics": {
            METRICS: {"data": scores(value)},
            "metrics/late.json": {"data": {"seeds": 4}},
        },
    }
    return {
        "name": row.name,
        "revs": [{"rev": 40 * "a", "name": row.name, "data": data, "error": None}],
        "executor": None if state is None else {"state": state, "name": "dvc-task"},
    }


def commits(*experiments: dict[str, Any], baseline: str = BASELINE) -> list[dict[str, Any]]:
    """The workspace, which has no experiments, and a commit with these experiments."""
    return [
        {"rev": "workspace", "name": None, "experiments": None},
        {"rev": baseline, "name": "main", "experiments": list(experiments) or None},
    ]
