"""The figure has a dot per objective and recipe, and none where a score is undefined."""

from ecgfuse.plots.ssl12 import draw_ssl12

SD = {"macro_auroc": 0.01, "ovo_auc": 0.01, "macro_f1": 0.01}
DEFINED = {"macro_auroc": 0.8, "ovo_auc": 0.7, "macro_f1": 0.6, "sd": SD}
UNDEFINED = {**DEFINED, "ovo_auc": None}


def test_undefined_scores_have_no_dot() -> None:
    recipes = dict.fromkeys(("scratch", "linear_probe", "fine_tune"), DEFINED)
    by_objective = {"mae_moco": recipes, "w2v_cmsc_rlm": recipes | {"scratch": UNDEFINED}}
    panels = draw_ssl12({"diagnosis": by_objective, "rhythm": by_objective}).axes
    assert [len(axes.containers) for axes in panels] == [6, 5, 6] * 2
    assert [axes.get_title(loc="left") for axes in panels[::3]] == [
        "Macro AUROC, diagnosis",
        "Macro AUROC, rhythm",
    ]
