"""Figures of unfamiliar inputs show the numbers they are given."""

import numpy as np
import pytest

from ecgfuse.plots.ood import draw_auroc, draw_examples, draw_noise_flags


def test_every_kind_and_score_has_its_auroc_and_scores_their_mean() -> None:
    figure = draw_auroc(
        {
            ("cnn_lstm", "energy"): {"constant_line": 0.25, "sine": 0.75},
            ("cnn_lstm", "shape_mahalanobis"): {"constant_line": 1.0, "sine": 0.9},
        }
    )
    (axes,) = figure.axes
    texts = [text.get_text() for text in axes.texts]
    assert texts == [".25", "1.00", ".75", ".90", ".50", ".95"]
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows == ["constant line", "sine", "mean"]
    columns = [label.get_text() for label in axes.get_xticklabels()]
    assert columns == ["CNN-LSTM, energy", "shape, mahalanobis"]


def test_inputs_that_are_not_flagged_stand_out() -> None:
    kinds = ("sine", "clipped", "constant_line")
    figure = draw_examples(
        dict.fromkeys(kinds, np.linspace(0, 1, 187)),
        excess={"sine": 25.2, "clipped": -3.0, "constant_line": -3.0},
        faults={"sine": "", "clipped": "", "constant_line": "flat"},
    )
    texts = [axes.texts[0].get_text() for axes in figure.axes[:3]]
    assert texts == ["+25", "-3, not flagged", "-3, flat"]
    colours = [axes.lines[0].get_color() for axes in figure.axes[:3]]
    assert colours[0] == colours[2] != colours[1]
    assert figure.axes[0].lines[0].get_xdata()[-1] == pytest.approx(186 / 125)


def test_noise_grows_to_the_right_and_synthetic_noise_is_named_so() -> None:
    shares = {"muscle_artefact": {24.0: 0.1, -6.0: 0.9}, "electrode_motion": {24.0: 0, -6.0: 1}}
    figure = draw_noise_flags(
        shares, called_normal=shares, false_alarms=0.05, synthetic=["electrode_motion"]
    )
    (axes,) = figure.axes
    assert axes.xaxis_inverted()
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels[:2] == ["muscle artefact, flagged", "electrode motion (synthetic), flagged"]
    assert axes.lines[0].get_ydata().tolist() == [0.1, 0.9]
