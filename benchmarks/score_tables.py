"""Tables of scores, from results/ and studies/*/results/."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markdown_table import Json, Read, markdown_table

MODELS = {
    "early": Path("results/early.json"),
    "late": Path("results/late.json"),
    "hybrid": Path("results/hybrid.json"),
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
    """Headline scores of all models, and the paired bootstrap of the fusions."""
    head = ["model", "macro F1", "95 % interval", "ensemble", "F1 of S", "F1 of V", "F1 of F"]
    rows = [
        [
            title,
            _mean_sd(found, "macro_f1"),
            _interval(found, "macro_f1"),
            f"{found['test_ensemble']['macro_f1']:.3f}",
            *(_mean_sd(found, name, "f1") for name in "SVF"),
        ]
        for title, found in _read_models(read).items()
    ]
    pairs = read(Path("results/comparison.json"))
    early, late = (pairs[f"hybrid_vs_{other}"]["probability_better"] for other in ("early", "late"))
    paired = (
        f"In a paired bootstrap over records, hybrid has the higher macro F1 than early in "
        f"{early:.0%} of the draws, and than late in {late:.0%}."
    ).replace("%", " %")
    return f"{markdown_table(head, rows)}\n\n{paired}"


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


def format_pairs(read: Read) -> str:
    """Paired bootstrap comparisons of the fusions, with and without record 202."""
    head = ["pair", "score", "ahead in", "difference", "ahead in, without 202", "difference"]
    rows = []
    for pair, found in read(Path("results/comparison.json")).items():
        first, second = pair.split("_vs_")
        for score in ("macro F1", "macro AUPRC"):
            row = [f"{first} against {second}", score]
            for scope in (found, found["without_202"]):
                compared = scope if score == "macro F1" else scope["macro_auprc"]
                difference = compared["difference"]
                row.append(f"{100 * compared['probability_better']:.0f} %")
                interval = f"{difference['low']:.3f} to {difference['high']:.3f}"
                row.append(interval.replace("-", "−"))  # noqa: RUF001
            rows.append(row)
    return markdown_table(head, rows)


def format_input_effect(read: Read) -> str:
    """Scores on the folds of DS1 with and without the morphology features."""
    found = read(Path("studies/ablation/results.json"))
    settings = {
        "early": "early",
        "no-comparisons": "hybrid without the six morphology features",
        "late": "late",
        "default": "hybrid",
    }
    rows = [
        [title, f"{found[name]['macro_auprc']:.3f}", f"{found[name]['macro_f1']:.3f}"]
        for name, title in settings.items()
    ]
    return markdown_table(["setting", "macro AUPRC", "macro F1"], rows)


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
