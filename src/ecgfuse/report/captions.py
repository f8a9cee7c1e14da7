"""How to read each kind of picture."""

PICTURES = {
    "confusion": (
        "Confusion",
        "Rows are true classes, columns what was predicted. Each row adds up to 100 %: read along "
        "the row of S to see what becomes of S beats. Small numbers count beats. A column tells "
        "how far a prediction can be trusted, but mind that N has far more beats than all others: "
        "a small share of N called S can outnumber the S beats.",
    ),
    "curves": (
        "Precision-recall and ROC curves",
        "Each class against the rest, over all thresholds. Dotted lines are chance: in the left "
        "panel the prevalence of the class, so a curve of F far below one of N may still be far "
        "above chance. ROC curves look better than precision-recall curves where a class is rare; "
        "believe the left panel. Precision follows steps, without interpolation.",
    ),
    "reliability": (
        "Reliability",
        "Can a probability be believed? Beats of the ensemble in bins of equal width: how often "
        "the class was right, against the mean probability given. On the dotted diagonal a "
        "probability means what it says; below it the network is too sure. Dots grow with the "
        "number of beats, from few to many; small ones are uncertain.",
    ),
    "history": (
        "Training",
        "Means over the seeds. Where the loss on the validation records rises while that on the "
        "training records still falls, the network learns the training patients and no longer "
        "the task.",
    ),
    "attention": (
        "Where the fusion looks",
        "Above, the mean beat of each true class; below, the attention that its RR intervals pay "
        "to each part of it, averaged over heads. At the dashed line all parts count the same. "
        "Bands hold 80 % of the beats. Segments differ in duration, so the axis is a fraction and "
        "not a time. Attention tells what is read, not why a class is chosen. With pooled keys "
        "there is one token, and attention is 1 by construction.",
    ),
    "gate": (
        "The gate",
        "How much of the attention each channel lets through, sigmoid(alpha), sorted, one line "
        "per seed. Training began at the dashed line. Lines that stay there say that training had "
        "no use, or no time, to open or close the gate. The size of what passes the gate is free, "
        "so a small gate does not prove a small influence.",
    ),
    "examples": (
        "Examples",
        "Beats of each class, in the colour of the true one, evenly spaced among all that were "
        "right (left) or wrong (right), not picked. Titles: record, true class, predicted class "
        "and its probability.",
    ),
}
"""Name of the picture -> its heading, and how to read it; in order of the report."""
