"""A network that judges single beats, each by its waveform alone, and refuses unfamiliar ones."""

import numpy as np

from ecgfuse.annotate.annotation import Judged, Prepared
from ecgfuse.annotate.classes import NORMAL_ABNORMAL
from ecgfuse.annotate.lead import Lead
from ecgfuse.annotate.model_file import PROBABILITIES, ModelFile
from ecgfuse.annotate.quality import IN_RHYTHM, UNFAMILIAR
from ecgfuse.datasets.single_beats import FS, LENGTH
from ecgfuse.ood.quality import find_faults
from ecgfuse.preprocess.filters import band_pass, remove_baseline
from ecgfuse.preprocess.kachuee import cut_pieces
from ecgfuse.recordings.resample import resample_signal

_SCORE = "ood_score"  # also in export/single_beat.py, which needs PyTorch
_RECORDING_FS = 360.0
_BAND, _FIR_ORDER = (0.1, 100.0), 256
"""Rate and filter for which the limits of the signal quality were set. R peaks are found so, too;
the beats are cut from the unfiltered lead at 125 Hz."""


class SingleBeatNetwork:
    """A network of single beats, with the score and the threshold by which it refuses some.

    Args:
        file: model file written by `export_single_beat`.

    Raises:
        ValueError: the file is none of this version.
    """

    kind = "single_beat"
    classes = NORMAL_ABNORMAL
    fs = _RECORDING_FS
    causal = False
    """A beat reaches beyond the next one."""

    def __init__(self, file: ModelFile) -> None:
        self.file = file
        file.require_inputs("beats")
        try:
            self.leads: tuple[str, ...] = tuple(file.description["leads"])
            self.threshold = float(file.description["ood"]["threshold"])
        except (KeyError, TypeError, ValueError) as error:
            raise file.other_version(error) from None

    def filter(self, signal: np.ndarray) -> np.ndarray:
        """Band-pass a lead (n_samples,) in mV at `fs`, without its baseline."""
        filtered = band_pass(signal, fs=self.fs, band=_BAND, order=_FIR_ORDER)
        return remove_baseline(filtered, fs=self.fs, out=filtered)

    def waveform(self, lead: Lead, *, filtered: np.ndarray) -> np.ndarray:
        """What beats are cut from: the unfiltered lead at 125 Hz."""
        return resample_signal(lead.signal, up=FS, down=lead.fs)

    def classify(
        self, prepared: Prepared, *, workers: int, progress: bool, attention: bool = False
    ) -> Judged:
        """Judge all beats with a usable signal, and with a known interval on both sides.

        The first and the last one lack an interval, but need none: they are judged if the recording
        holds all their samples. They have no attention of RR features.
        """
        flags = prepared.flags.copy()
        kept = np.flatnonzero(np.isin(flags, IN_RHYTHM))
        places = np.rint(prepared.places[kept] * (FS / prepared.fs)).astype(np.int64)
        places = np.minimum(places, len(prepared.waveform) - 1)
        whole = places + LENGTH <= len(prepared.waveform)
        flags[kept[whole & (flags[kept] == "edge")]] = ""
        chosen = flags[kept] == ""
        beats = cut_pieces(prepared.waveform, r_peaks=places)[chosen]
        judged = self.classify_beats(beats, workers=workers, progress=progress)
        probabilities = np.full((len(flags), len(self.classes.names)), np.nan, dtype=np.float32)
        probabilities[kept[chosen]] = judged.probabilities
        flags = flags.astype(np.result_type(flags, judged.flags))  # their names are longer
        flags[kept[chosen]] = judged.flags
        return Judged(probabilities=probabilities, flags=flags)

    def classify_beats(self, beats: np.ndarray, *, workers: int, progress: bool) -> Judged:
        """Judge single beats.

        Args:
            beats: (n_beats, 187) float32; one with a value outside [0, 1] is refused.
        """
        faults = find_faults(beats)
        sound = np.flatnonzero(faults == "")
        found, score = self.file.run(
            {"beats": beats[sound]},
            outputs=[PROBABILITIES, _SCORE],
            workers=workers,
            progress=progress,
        )
        flags = np.where(faults == "", "", np.strings.add(f"{UNFAMILIAR}: ", faults))
        flags[sound[score > self.threshold]] = UNFAMILIAR
        probabilities = np.full((len(beats), len(self.classes.names)), np.nan, dtype=np.float32)
        probabilities[sound] = found
        probabilities[flags != ""] = np.nan
        return Judged(probabilities=probabilities, flags=flags)
