"""The summary stage: the headline of the study in one metrics file."""

import json
from collections.abc import Mapping
from pathlib import Path

from ecgfuse.pipeline.files import write_json
from ecgfuse.studies.heartbeat.beat_time import BeatTime
from ecgfuse.studies.heartbeat.ood_results import OodResults, headline
from ecgfuse.studies.heartbeat.scores_results import ScoresResults, TestedNetwork
from ecgfuse.studies.heartbeat.small import SmallResults


def summarise(results: Path, *, metrics: Path) -> None:
    """Write the headline: intra and inter by network, ood by kind of input, and small.

    It says whether the recordings are real or synthetic, as the metrics of all pipelines do.

    Args:
        results: folder with scores.json, ood.json, small.json and small_time.json.
        metrics: JSON.
    """
    scores: ScoresResults = json.loads((results / "scores.json").read_text())
    ood: OodResults = json.loads((results / "ood.json").read_text())
    small: SmallResults = json.loads((results / "small.json").read_text())
    time: BeatTime = json.loads((results / "small_time.json").read_text())
    found = {
        "data": {"kind": scores["data"]["kind"]},
        "intra": _by_network(scores["intra"]["networks"]),
        "inter": _by_network(scores["inter"]["networks"]),
        "ood": headline(ood),
        "small": {
            "n_parameters": small["n_parameters"],
            "us_per_beat": time["us_per_beat"],
            **small["scores"]["mean"],
            "sd": small["scores"]["sd"],
        },
    }
    write_json(found, metrics)


def _by_network(networks: Mapping[str, TestedNetwork]) -> dict[str, object]:
    """Network -> mean scores, and "sd", their standard deviations over the seeds."""
    return {name: {**one["mean"], "sd": one["sd"]} for name, one in networks.items()}
