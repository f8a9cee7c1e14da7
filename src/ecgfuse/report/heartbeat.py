"""The section on single heartbeats: classifiers, outliers, augmentation, leads and the watch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from ecgfuse.datasets.splits import SAME_SUBJECT
from ecgfuse.report.figures import data_uri
from ecgfuse.report.studies import HeartbeatFiles
from ecgfuse.report.text_table import NONE, Cells, TextTable, percent, percent_range
from ecgfuse.studies.heartbeat.augmentation import AugmentationResults
from ecgfuse.studies.heartbeat.binary_draws import NetworkScores
from ecgfuse.studies.heartbeat.leads import REST, LeadsResults
from ecgfuse.studies.heartbeat.networks import NETWORKS
from ecgfuse.studies.heartbeat.ood_results import OodResults
from ecgfuse.studies.heartbeat.scores_results import ScoresData, ScoresResults, TestResults
from ecgfuse.studies.heartbeat.small import SmallResults

NAMES = {
    "cnn_lstm": "CNN-LSTM",
    "cnn_lstm_dropout": "CNN-LSTM with dropout",
    "ensemble": "ensemble of two databases",
    "transformer": "transformer, patches",
    "transformer_published": "transformer, as published",
}
"""Network -> its name on the page."""
_SECOND = {"ptb-xl": "PTB-XL", "ptbdb": "PTB Diagnostic"}
"""Second database of the ensemble -> its name on the page."""
_SEEN, _TESTED = SAME_SUBJECT
_SAME_SUBJECT = (
    f"Record {_TESTED} of DS2 is of the same person as record {_SEEN} of DS1; the last column is "
    "without it."
)
_SCORES = {
    "accuracy": "accuracy",
    "precision": "+P",
    "recall": "Se",
    "f1": "F1",
    "kappa": "kappa",
    "roc_auc": "AUROC",
    "roc_auc_hard_labels": "AUROC of labels",
}


@dataclass(frozen=True, kw_only=True)
class HeartbeatSection:
    """Single heartbeats, normal against abnormal."""

    data: ScoresData
    second_database: str
    """Of the ensemble."""
    intra: TextTable
    """Published and own scores on the published test."""
    inter: TextTable
    """Own scores on DS2, and F1 without the record whose patient is in training, if tested."""
    same_subject: str
    """A sentence on that record; empty if it is not tested."""
    all_normal: Mapping[str, str]
    """Test -> accuracy of calling every beat normal."""
    five_classes: TextTable
    small: SmallResults
    small_f1: str
    """With interval, and without that record."""
    ood: OodResults
    ood_kinds: TextTable
    false_alarms: TextTable
    augmentation: TextTable
    leads: TextTable
    figures: Mapping[str, str]
    """Name -> data URI."""


def describe_heartbeat(files: HeartbeatFiles) -> HeartbeatSection | None:
    """Build the section; None unless all stages were run.

    Raises:
        ValueError: a figure is missing.
    """
    scores, small, ood = files.scores, files.small, files.ood
    if scores is None or small is None or ood is None:
        return None
    if files.augmentation is None or files.leads is None:
        return None
    return HeartbeatSection(
        data=scores["data"],
        second_database=_SECOND[scores["data"]["second_database"]],
        intra=_published_table(scores["intra"]),
        inter=_inter_table(scores["inter"], without=scores.get("inter_without_same_subject")),
        same_subject=_SAME_SUBJECT if "inter_without_same_subject" in scores else "",
        all_normal={
            test: percent(scores[test]["all_normal"]["accuracy"]) for test in ("intra", "inter")
        },
        five_classes=_class_table(scores),
        small=small,
        small_f1=_small_f1(small),
        ood=ood,
        ood_kinds=_kinds_table(ood),
        false_alarms=_false_alarm_table(ood),
        augmentation=_augmentation_table(files.augmentation),
        leads=_lead_table(files.leads),
        figures={name: data_uri(path) for name, path in files.figures.items()},
    )


def _published_table(test: TestResults) -> TextTable:
    """A row as published, and one of ours, per network."""
    rows: list[Cells] = []
    for name in NETWORKS:
        found = test["networks"][name]
        if "published" in found:
            printed = cast(Mapping[str, float], found["published"])
            rows.append(
                (
                    f"{NAMES[name]} (published scores)",
                    *(percent(printed.get(score)) for score in _SCORES),
                )
            )
        rows.append((NAMES[name], *_spread(found, scores=_SCORES)))
    return TextTable(columns=("network", *_SCORES.values()), rows=rows)


def _inter_table(test: TestResults, *, without: TestResults | None) -> TextTable:
    """All scores but the area of labels, which only the published scores are compared with."""
    shown = {score: title for score, title in _SCORES.items() if score != "roc_auc_hard_labels"}
    rows = []
    for name in NETWORKS:
        found = test["networks"][name]
        cells = [*_spread(found, scores=shown), percent_range(found["interval"]["f1"])]
        if without is not None:
            cells.append(_f1(without["networks"][name]))
        rows.append((NAMES[name], *cells))
    columns = ["network", *shown.values(), "F1, 95 % interval"]
    if without is not None:
        columns.append(f"F1 without {_TESTED}")
    return TextTable(columns=columns, rows=rows)


def _small_f1(found: SmallResults) -> str:
    text = f"{_f1(found['scores'])} % ({percent_range(found['scores']['interval']['f1'])})"
    if "without_same_subject" in found:
        text += f", without record {_TESTED} {_f1(found['without_same_subject'])} %"
    return text


def _f1(found: NetworkScores) -> str:
    return percent(found["mean"]["f1"], sd=found["sd"]["f1"])


def _spread(found: NetworkScores, *, scores: Iterable[str]) -> list[str]:
    mean, sd = (cast(Mapping[str, float], part) for part in (found["mean"], found["sd"]))
    return [percent(mean[score], sd=sd[score]) for score in scores]


def _class_table(scores: ScoresResults) -> TextTable:
    """F1 of the five classes with patients mixed, and of new patients."""
    splits = scores["five_classes"]
    names = list(splits["intra"]["classes"])
    rows = []
    for split, found in splits.items():
        by_class = found["classes"]
        cells = [
            percent(by_class[name]["f1"], sd=by_class[name]["f1_sd"])
            if name in by_class and by_class[name]["beats"]
            else NONE
            for name in names
        ]
        rows.append((split, *cells, percent(found["accuracy"], sd=found["accuracy_sd"])))
    return TextTable(columns=("split", *(f"F1 of {name}" for name in names), "accuracy"), rows=rows)


def _kinds_table(found: OodResults) -> TextTable:
    rows = [
        (
            kind.replace("_", " "),
            percent(one["auroc"]),
            percent(one["flagged"]),
            percent(one["called_normal"]),
        )
        for kind, one in found["kinds"].items()
    ]
    return TextTable(columns=("input", "AUROC", "flagged", "called normal"), rows=rows)


def _false_alarm_table(found: OodResults) -> TextTable:
    """Shares of real beats of new patients that are flagged."""
    rates = {"flagged": found["false_alarms"]}
    if "without_same_subject" in found:
        rates[f"flagged, without {_TESTED}"] = found["without_same_subject"]
    classes = list(found["false_alarms"]["classes"])
    rows = [
        (
            name,
            *map(percent, (of["all"], of["patients"], *map(of["classes"].get, classes))),
        )
        for name, of in rates.items()
    ]
    return TextTable(columns=("beats", "all", "mean of the patients", *classes), rows=rows)


def _augmentation_table(found: AugmentationResults) -> TextTable:
    rows = []
    for network, by_arm in found["networks"].items():
        for arm, scores in by_arm.items():
            change = NONE
            if "against_copies" in scores:
                difference = scores["against_copies"]["f1"]["difference"]
                interval = percent_range(
                    {"low": difference["low"], "high": difference["high"]}, signed=True
                )
                change = f"{100 * difference['mean']:+.1f} ({interval})"
            rows.append(
                (
                    f"{NAMES[network]}, {arm}",
                    percent(scores["mean"]["f1"], sd=scores["sd"]["f1"]),
                    change,
                    percent(scores["auprc"]),
                )
            )
    return TextTable(columns=("training", "F1", "F1 minus copies", "AUPRC"), rows=rows)


def _lead_table(found: LeadsResults) -> TextTable:
    rows = []
    for trained_on, by_lead in found["scores"].items():
        name = "all leads" if trained_on == "all" else f"lead {trained_on}"
        cells = []
        for lead in ("I", "II", REST):
            area = by_lead[lead]
            interval = percent_range(area["interval"]["roc_auc"])
            cells.append(f"{percent(area['mean']['roc_auc'])} ({interval})")
        rows.append((name, *cells))
    columns = ("trained on", "AUROC, lead I", "AUROC, lead II", "AUROC, other leads")
    return TextTable(columns=columns, rows=rows)
