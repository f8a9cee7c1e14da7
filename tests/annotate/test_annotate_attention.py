"""Annotating tells where the RR query looked if asked, and the same classes either way."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from annotated_signals import FS, MODELS, PEAKS, heartbeats

from ecgfuse.annotate.annotation import Annotation
from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.attention import Attention, token_times
from ecgfuse.annotate.lead import assemble_lead
from ecgfuse.plots.around_r import density_at


def annotate(model: str | Path, *, attention: bool = True) -> Annotation:
    annotator = Annotator(model)
    signal = heartbeats().astype(np.float32)
    signal[20 * 360 : 24 * 360] = np.nan
    lead = assemble_lead([signal], file_fs=FS, fs=annotator.fs)
    return annotator.classify(annotator.prepare(lead, r_peaks=PEAKS), attention=attention)


def attention_of(annotation: Annotation) -> Attention:
    assert annotation.attention is not None
    return annotation.attention


@pytest.mark.parametrize("model", ["late", "hybrid", "best", "causal"])
def test_classified_beats_have_attention_that_sums_to_1_and_others_none(model: str) -> None:
    annotation = annotate(model)
    found = attention_of(annotation)
    classified = (annotation.beats["flag"] == "").to_numpy()
    assert 0 < classified.sum() < len(PEAKS) - 2
    np.testing.assert_allclose(found.weights[classified].sum(axis=1), 1, atol=1e-5)
    assert np.isnan(found.weights[~classified]).all()
    assert np.isnan(found.spans_s[~classified]).all()


def test_segments_begin_after_the_beat_before_and_end_after_the_r_peak() -> None:
    """As preprocess.interval_s has it, in a rhythm of 0.8 s."""
    spans_s = attention_of(annotate("best")).spans_s
    np.testing.assert_allclose(spans_s[5], [-0.8 + 0.14, 0.28])


def test_the_times_of_tokens_are_those_of_the_plots_of_attention() -> None:
    found = attention_of(annotate("best"))
    weights, span_s = found.weights[5:6], found.spans_s[5]
    times = token_times(span_s, n_tokens=weights.shape[1])
    token_s = (span_s[1] - span_s[0]) / weights.shape[1]
    density = density_at(1000 * times, shares=weights, spans_ms=1000 * span_s[None])
    np.testing.assert_allclose(1000 * token_s * density, weights, rtol=1e-6)


def test_the_beats_are_the_same_with_and_without_attention() -> None:
    plain = annotate("best", attention=False)
    assert plain.attention is None
    assert plain.beats.equals(annotate("best").beats)


@pytest.mark.parametrize("model", ["early", "cnn_lstm"])
def test_a_model_without_a_query_of_rr_tells_none(model: str) -> None:
    assert annotate(model).attention is None


def test_a_file_with_probabilities_alone_is_accepted(tmp_path: Path) -> None:
    model = onnx.load(MODELS / "best.onnx")
    del model.graph.output[1]
    onnx.save(model, tmp_path / "older.onnx")
    older = annotate(tmp_path / "older.onnx")
    assert older.attention is None
    assert older.beats.equals(annotate("best").beats)
