"""A network that judges beats in their recording, by waveform, rhythm and the median beat."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ecgfuse.annotate.annotation import Judged, Prepared
from ecgfuse.annotate.attention import Attention
from ecgfuse.annotate.classes import AAMI
from ecgfuse.annotate.lead import Lead
from ecgfuse.annotate.model_file import PROBABILITIES, ModelFile
from ecgfuse.annotate.quality import IN_RHYTHM
from ecgfuse.annotate.rhythm import bridge_gaps
from ecgfuse.pipeline.params import build_config
from ecgfuse.preprocess.beats import cut_rows, filter_signal
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.preprocess.spans import spans_around_r
from ecgfuse.recordings.beats import MIN_BEATS
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import record_rr

_ATTENTION = "attention"  # also in export/attention.py, which needs PyTorch


class Network:
    """A network with the preprocessing configuration it was trained with.

    Args:
        file: model file written by `export_model`.

    Raises:
        ValueError: the file is none of this version.
    """

    classes = AAMI

    def __init__(self, file: ModelFile) -> None:
        self.file = file
        file.require_inputs("ecg", "rr", "morphology")
        try:
            self.preprocess = build_config(PreprocessConfig, file.description["preprocess"])
            self.rr = build_config(RRConfig, file.description["rr"])
        except (KeyError, TypeError, ValueError) as error:
            raise file.other_version(error) from None

    @property
    def leads(self) -> tuple[str, ...]:
        """Names of leads in order of preference."""
        return self.preprocess.leads

    @property
    def fs(self) -> float:
        """Sampling rate in Hz to which recordings are resampled."""
        return self.preprocess.fs

    @property
    def causal(self) -> bool:
        """Whether the interval after a beat is not needed."""
        return self.rr.causal

    def filter(self, signal: np.ndarray) -> np.ndarray:
        """Band-pass a lead (n_samples,) in mV at `fs`."""
        return filter_signal(signal, config=self.preprocess)

    def waveform(self, lead: Lead, *, filtered: np.ndarray) -> np.ndarray:
        """What beats are cut from: the filtered lead."""
        return filtered

    def classify(
        self, prepared: Prepared, *, workers: int, progress: bool, attention: bool = False
    ) -> Judged:
        """Judge all beats without a flag.

        Beats without a usable signal are left out, so that they affect neither the rhythm features
        nor the patient's median beat.

        Args:
            attention: whether to tell where the RR query looked, if the network tells it.
        """
        flags, config = prepared.flags, self.preprocess
        probabilities = np.full((len(flags), len(self.classes.names)), np.nan, dtype=np.float32)
        kept = np.flatnonzero(np.isin(flags, IN_RHYTHM))
        if len(kept) < MIN_BEATS:
            return Judged(probabilities=probabilities, flags=flags)
        # In samples of the file: at a lower rate two beats may share a sample.
        times_s = prepared.samples[kept] / prepared.file_fs
        times_s = bridge_gaps(times_s, broken=flags[kept[1:]] == "gap before")
        rows, morphology = cut_rows(
            [prepared.waveform], r_peaks=prepared.places[kept], times_s=times_s, config=config
        )
        rr = record_rr(times_s, config=self.rr)
        inputs = {"ecg": rows, "rr": rr, "morphology": morphology}
        told = attention and self.file.has_output(_ATTENTION)
        outputs = [PROBABILITIES, _ATTENTION] if told else [PROBABILITIES]
        found, *weights = self.file.run(inputs, outputs=outputs, workers=workers, progress=progress)
        probabilities[kept[1:-1]] = found
        probabilities[flags != ""] = np.nan
        looked = self._attention(weights[0], prepared=prepared, kept=kept) if told else None
        return Judged(probabilities=probabilities, flags=flags, attention=looked)

    def _attention(self, weights: np.ndarray, *, prepared: Prepared, kept: np.ndarray) -> Attention:
        """The attention of all beats, from that of the kept ones but the first and the last."""
        n_beats, unclassified = len(prepared.flags), prepared.flags != ""
        every = np.full((n_beats, weights.shape[1]), np.nan, dtype=np.float32)
        every[kept[1:-1]] = weights
        beats = {"record": "", "time_s": prepared.places[kept] / prepared.fs, "used": 1}
        spans_ms = spans_around_r(
            pd.DataFrame(beats), row=self.preprocess.rows[0], config=self.preprocess
        )
        spans_s = np.full((n_beats, 2), np.nan)
        spans_s[kept[1:-1]] = spans_ms / 1000
        every[unclassified], spans_s[unclassified] = np.nan, np.nan
        return Attention(weights=every, spans_s=spans_s)

    def predict(
        self, inputs: Mapping[str, np.ndarray], *, workers: int = 1, progress: bool = False
    ) -> np.ndarray:
        """Probabilities of the four classes, (n_beats, 4) float32.

        Args:
            inputs: ecg (n_beats, n_rows, length), rr (n_beats, n_rr) and morphology
                (n_beats, n_morphology), float32; those the network does not read are ignored.
            workers: threads; the result does not depend on them.
            progress: show a progress bar.
        """
        (probabilities,) = self.file.run(
            inputs, outputs=[PROBABILITIES], workers=workers, progress=progress
        )
        return probabilities
