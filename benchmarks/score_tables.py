"""Tables of scores, from results/ and studies/*/results/."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from json_files import Json, Read

from ecgfuse.pipeline.markdown import markdown_table

MODELS = {
    "waveform alone": Path("results/waveform.json"),
    "RR alone": Path("results/rr.json"),
    "early": Path("results/early.json"),
    "late": Path("results/late.json"),
    "hybrid": Path("results/hybrid.json"),
    "late, `concat`": Path("results/concat.json"),
    "late, `gated_concat`": Path("results/gated_concat.json"),
    "late, `film`": Path("results/film.json"),
    "`best` (distilled)": Path("studies/distill/results/best.json"),
    "`causal`": Path("studies/causal/results/causal.json"),
}
"""Name of a model in the tables -> its results."""

_STARTS = {
    "scratch": "scratch",
    "mae_moco": "MAE-MoCo",
    "mae_nextclip": "MAE-Nextclip",
    "w2v_cmsc_rlm": "W2V+CMSC+RLM",
}


def format_results(read: Read) -> str:
    """Headline scores of all models."""
    head = ["model", "macro F1", "macro AUPRC", "ensemble", "F1 of S", "F1 of V", "F1 of F"]
    rows = [
        [
            title,
            _mean_sd(found, "macro_f1"),
            _mean_sd(found, "macro_auprc"),
            f"{found['test_ensemble']['macro_f1']:.3f}",
            *(_mean_sd(found, name, "f1") for name in "SVF"),
        ]
        for title, found in _read_models(read).items()
    ]
    return markdown_table(head, rows)


def format_scores(read: Read) -> str:
    """Macro scores with intervals, and those of the ensembles."""
    names = {"macro_f1": "macro F1", "macro_auprc": "macro AUPRC", "macro_auroc": "macro AUROC"}
    head = ["model"]
    for title in names.values():
        head += [title, "ensemble"]
    rows = []
    for title, found in _read_models(read).items():
        row = [title]
        for name in names:
            row += [_with_interval(found, name), f"{found['test_ensemble'][name]:.3f}"]
        rows.append(row)
    return markdown_table(head, rows)


def format_class_scores(read: Read) -> str:
    """F1 of each class with its interval."""
    rows = [
        [title, *(_with_interval(found, name, "f1") for name in "NSVF")]
        for title, found in _read_models(read).items()
    ]
    return markdown_table(["model", *(f"F1 of {name}" for name in "NSVF")], rows)


def format_main_pairs(read: Read) -> str:
    """Paired differences between the waveform alone and the three fusions, in points."""
    comparison = read(Path("metrics/comparison.json"))
    found, networks = comparison["pairs"], comparison["networks"]
    names = ("waveform", "early", "late", "hybrid")
    rows = []
    for other, one in combinations(names, 2):
        row = [f"{one} minus {'waveform alone' if other == 'waveform' else other}"]
        for score in ("macro_auprc", "macro_f1"):
            gap = 100 * (networks[one][score] - networks[other][score])
            drawn = found[f"{one}_vs_{other}"][score]["difference"]
            low, high = (100 * drawn[key] for key in ("low", "high"))
            row.append(f"{gap:.1f} ({low:.1f} to {high:.1f})".replace("-", "−"))  # noqa: RUF001
        rows.append(row)
    return markdown_table(["difference in points", "macro AUPRC", "macro F1"], rows)


def format_pairs(read: Read) -> str:
    """Paired bootstrap comparisons of all networks, with and without record 202."""
    head = ["pair", "score", "ahead in", "difference", "ahead in, without 202", "difference"]
    rows = []
    for pair, found in read(Path("metrics/comparison.json"))["pairs"].items():
        first, second = pair.split("_vs_")
        for score, title in (("macro_auprc", "macro AUPRC"), ("macro_f1", "macro F1")):
            row = [f"`{first}` against `{second}`", title]
            for scope in (found, found["without_202"]):
                difference = scope[score]["difference"]
                row.append(f"{100 * scope[score]['probability_better']:.0f} %")
                interval = f"{difference['low']:.3f} to {difference['high']:.3f}"
                row.append(interval.replace("-", "−"))  # noqa: RUF001
            rows.append(row)
    return markdown_table(head, rows)


def format_pretrained_test(read: Read) -> str:
    """Hybrid fusion on DS2 from every start of the backbone."""
    found = read(Path("studies/pretrain_comparison/results/pretrain_comparison.json"))["hybrid"]
    rows = [
        [
            f"`{encoder}`",
            _STARTS[start],
            f"{scores['macro_f1']:.3f} ± {scores['sd']['macro_f1']:.3f}",
            f"{scores['macro_auprc']:.3f} ± {scores['sd']['macro_auprc']:.3f}",
        ]
        for encoder, starts in found.items()
        for start, scores in starts.items()
    ]
    return markdown_table(["backbone", "start", "macro F1", "macro AUPRC"], rows)


def format_pretrained_folds(read: Read) -> str:
    """Backbones and starts on the folds of DS1."""
    found = read(Path("studies/pretrain_folds/results.json"))
    rows = []
    for name, scores in found.items():
        name = "macnn-se-scratch" if name == "default" else name
        encoder = next(one for one in ("macnn-se", "vit", "wav2vec") if name.startswith(one))
        start = name.removeprefix(f"{encoder}-").replace("-", "_")
        row = [f"`{encoder.replace('-', '_')}`", _STARTS[start]]
        row += [f"{scores[key]:.3f}" for key in ("macro_auprc", "macro_f1")]
        rows.append(row + [f"{scores[f'f1_{key}']:.2f}" for key in "SVF"])
    head = ["backbone", "start", "macro AUPRC", "macro F1", "F1 of S", "F1 of V", "F1 of F"]
    return markdown_table(head, rows)


def _read_models(read: Read) -> dict[str, Json]:
    return {title: read(path) for title, path in MODELS.items()}


def _mean_sd(found: Json, *keys: str) -> str:
    return f"{_at(found['test'], keys):.3f} ± {_at(found['test_sd'], keys):.3f}"


def _with_interval(found: Json, *keys: str) -> str:
    return f"{_mean_sd(found, *keys)} ({_interval(found, *keys)})"


def _interval(found: Json, *keys: str) -> str:
    low, high = (_at(found["test_ci"], (*keys, end)) for end in ("low", "high"))
    return f"{low:.2f} to {high:.2f}"


def _at(values: Json, keys: Sequence[str]) -> float:
    value: Any = values
    for key in keys:
        value = value[key]
    return float(value)
