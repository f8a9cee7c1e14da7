"""What the trained networks of all seeds make of beats."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from ecgfuse.studies.heartbeat.network_beats import Split
from ecgfuse.studies.heartbeat.networks import MEMBERS, RUNS, load_trained, trained_path
from ecgfuse.studies.heartbeat.training import predict

Probabilities = Mapping[str, np.ndarray]
"""Network -> (n_seeds, n_beats), probabilities of abnormal."""


class Predictor:
    """The trained networks of all seeds.

    Args:
        trained: folder with the output folders of both `networks` stages, intra/ and inter/.
        seeds: those of the networks.
    """

    def __init__(self, trained: Path, *, seeds: Sequence[int]) -> None:
        self.trained, self.seeds = trained, seeds

    def classes(self, run: str, ecg: np.ndarray, *, split: Split) -> np.ndarray:
        """Probabilities (n_seeds, n_beats, n_classes) of beats (n_beats, 187).

        Raises:
            ValueError: the file of a network is missing.
        """
        # The network for the second database is the same for both splits.
        folder = self.trained / ("inter" if RUNS[run].second else split)
        beats = torch.from_numpy(ecg)
        paths = [trained_path(folder, run=run, seed=seed) for seed in self.seeds]
        return np.stack([predict(load_trained(path).network, beats) for path in paths])

    def abnormal(self, ecg: np.ndarray, *, split: Split, networks: Sequence[str]) -> Probabilities:
        """Probabilities of abnormal of beats (n_beats, 187).

        Args:
            networks: names in `networks.MEMBERS`, whose probability is the mean of their runs with
                the same seed, or runs.

        Raises:
            ValueError: the file of a network is missing.
        """
        members = {name: MEMBERS.get(name, (name,)) for name in networks}
        runs = dict.fromkeys(run for of_network in members.values() for run in of_network)
        found = {run: self.classes(run, ecg, split=split)[:, :, 1] for run in runs}
        return {
            name: np.mean([found[run] for run in of_network], axis=0)
            for name, of_network in members.items()
        }
