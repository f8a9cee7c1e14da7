"""Captions of figures, and names of pretraining objectives."""

from typing import Literal

CAPTIONS = {
    "confusion": (
        "Confusion matrix",
        "Rows are true classes, columns are predicted classes. Each row adds up to 100 %: the row "
        "of S shows what S beats are predicted as. Small numbers are beats. A column shows how "
        "reliable a prediction is, but N has far more beats than the other classes: a small share "
        "of N predicted as S can outnumber the S beats.",
    ),
    "curves": (
        "Precision-recall and ROC curves",
        "Each class against the rest, over all thresholds. Dotted lines are chance: in the left "
        "panel the prevalence of the class, so a curve of F far below that of N may still be far "
        "above chance. ROC curves look better than precision-recall curves where a class is rare; "
        "rely on the left panel. Precision is drawn in steps, without interpolation.",
    ),
    "reliability": (
        "Reliability",
        "Can the probabilities be trusted? Beats of the ensemble in bins of equal width: how often "
        "the class was correct, against the mean predicted probability. On the dotted diagonal "
        "probabilities are calibrated; below it the network is overconfident. Larger dots hold "
        "more beats; small ones are uncertain.",
    ),
    "history": (
        "Training curves",
        "Means over the seeds. Where the loss on the validation records rises while that on the "
        "training records still falls, the network overfits the training patients.",
    ),
    "attention": (
        "Attention",
        "Above, the mean beat of each true class, aligned at the R peak; below, the attention that "
        "the RR features pay to each part of it, averaged over heads and spread over the time that "
        "a token covers. The dashed line is equal attention to the whole segment. Bands hold 80 % "
        "of the beats. Segments differ in duration: at each time only the beats whose segment "
        "holds it are drawn, and only if they are at least half of the class. Times are those of "
        "the first row of the input. A token reads all rows at the same fraction of their "
        "segments, so in a row that is cut in another way it reads another time. Attention shows "
        "what is read, not why a class is chosen. With pooled keys there is one token, which gets "
        "all attention by construction.",
    ),
    "gate": (
        "Gate",
        "How much of the attention output each channel lets through, sigmoid(alpha), sorted, one "
        "line per seed. Training started at the dashed line. Lines that stay there mean that "
        "training had no use, or no time, to open or close the gate. The scale of what passes the "
        "gate is free, so a small gate does not prove a small influence.",
    ),
    "examples": (
        "Examples",
        "Beats of each class, in the colour of the true class, evenly spaced among all correct "
        "(left) or wrong (right) ones, not selected. All have the same time axis, with the R peak "
        "at 0. Titles: record, true class, predicted class and its probability.",
    ),
}
"""Kind of figure -> its heading, and how to read it; in order of the report."""

OBJECTIVES: tuple[Literal["mae_moco", "mae_nextclip", "w2v_cmsc_rlm"], ...] = (
    "mae_moco",
    "mae_nextclip",
    "w2v_cmsc_rlm",
)
STARTS = {
    "scratch": "scratch",
    "mae_moco": "MAE-MoCo",
    "mae_nextclip": "MAE-Nextclip",
    "w2v_cmsc_rlm": "W2V+CMSC+RLM",
}
"""How the training of a backbone can start: from scratch, or pretrained by an objective."""
