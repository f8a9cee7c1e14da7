"""Scores of how unlike the training beats an input is; a higher score is less like them.

Every score is a module that holds what it was fitted to in buffers, and is called with the beats,
the last features of a network and its logits. So it is exported to ONNX together with the network,
and is rebuilt from its name and `state_dict` by `build_score`. The threshold above which a beat is
flagged is not part of it.

A name has two parts, where the score looks and how it measures. It looks at the features of the
network, at the shape of the beat (`ecgfuse.ood.shape`), or at its samples; how:

- energy, of the logits: minus the log of the sum of their exponentials (Liu, Wang, Owens and Li,
  "Energy-based out-of-distribution detection", NeurIPS 2020, equation 4 at temperature 1);
- mahalanobis: squared Mahalanobis distance to the nearest class mean, with one covariance for all
  classes (Lee, Lee, Lee and Shin, "A simple unified framework for detecting out-of-distribution
  samples and adversarial attacks", NeurIPS 2018, equation 2);
- gaussian: minus twice the log likelihood under the likeliest class, up to a constant. Each class
  is a normal distribution whose covariance is shrunk to the shared one (Friedman, "Regularized
  discriminant analysis", JASA 84:165-175, 1989), so that classes of varied beats are wide, and
  those of similar ones narrow;
- neighbours: distance to the k-th nearest of some training beats (`ecgfuse.ood.neighbours`).
"""

from collections.abc import Mapping
from typing import Literal, Self, get_args

import torch
from torch import Tensor, nn

from ecgfuse.ood.neighbours import Neighbours
from ecgfuse.ood.places import Place, look_at
from ecgfuse.ood.whitening import covariance, whiten

ScoreName = Literal[
    "energy",
    "features_mahalanobis",
    "features_gaussian",
    "features_neighbours",
    "samples_mahalanobis",
    "samples_gaussian",
    "samples_neighbours",
    "shape_mahalanobis",
    "shape_gaussian",
    "shape_neighbours",
]
SCORE_NAMES: tuple[ScoreName, ...] = get_args(ScoreName)

_SHARED = 0.3
"""Share of the covariance of all classes in that of each."""


class Energy(nn.Module):
    """The free energy of the logits; it is fitted to nothing."""

    def forward(self, ecg: Tensor, features: Tensor, logits: Tensor) -> Tensor:
        """Beats (B, 187), features (B, n), logits (B, n_classes) -> scores (B,)."""
        return -logits.logsumexp(dim=1)


class Mahalanobis(nn.Module):
    """Squared distance to the nearest class mean, after whitening."""

    means: Tensor
    whitening: Tensor

    def __init__(self, place: Place, *, n_classes: int, width: int) -> None:
        super().__init__()
        self.place = place
        self.register_buffer("means", torch.zeros(n_classes, width))
        self.register_buffer("whitening", torch.eye(width))

    @classmethod
    def fit(cls, place: Place, *, seen: Tensor, labels: Tensor) -> Self:
        """Fit to what `look_at` returns of training beats.

        Args:
            seen: (n, width).
            labels: (n,) int64, the classes; each has a mean of its own.
        """
        classes, index = labels.unique(return_inverse=True)
        means = torch.stack([seen[index == i].mean(dim=0) for i in range(len(classes))])
        score = cls(place, n_classes=len(classes), width=seen.shape[1])
        whitening = whiten(covariance(seen - means[index]))
        score.load_state_dict({"means": means @ whitening, "whitening": whitening})
        return score

    def forward(self, ecg: Tensor, features: Tensor, logits: Tensor) -> Tensor:
        """Beats (B, 187), features (B, n), logits (B, n_classes) -> scores (B,)."""
        return self.measure(look_at(self.place, ecg=ecg, features=features))

    def measure(self, seen: Tensor) -> Tensor:
        """Scores (B,) of what `look_at` returns, (B, width)."""
        white = seen @ self.whitening
        return (white[:, None] - self.means).square().sum(dim=2).amin(dim=1)


class Gaussian(nn.Module):
    """Minus twice the log likelihood under the likeliest class."""

    means: Tensor
    whitening: Tensor
    offsets: Tensor

    def __init__(self, place: Place, *, n_classes: int, width: int) -> None:
        super().__init__()
        self.place = place
        self.register_buffer("means", torch.zeros(n_classes, width))
        self.register_buffer("whitening", torch.eye(width).repeat(n_classes, 1, 1))
        self.register_buffer("offsets", torch.zeros(n_classes))

    @classmethod
    def fit(cls, place: Place, *, seen: Tensor, labels: Tensor) -> Self:
        """Fit to what `look_at` returns of training beats.

        Args:
            seen: (n, width).
            labels: (n,) int64, the classes.
        """
        classes, index = labels.unique(return_inverse=True)
        score = cls(place, n_classes=len(classes), width=seen.shape[1])
        means = torch.stack([seen[index == i].mean(dim=0) for i in range(len(classes))])
        shared = covariance(seen - means[index])
        for i, mean in enumerate(means):
            own = covariance(seen[index == i] - mean)
            whitening = whiten((1 - _SHARED) * own + _SHARED * shared)
            score.whitening[i] = whitening
            score.means[i] = mean @ whitening
            score.offsets[i] = -2 * whitening.diag().log().sum()  # log determinant
        return score

    def forward(self, ecg: Tensor, features: Tensor, logits: Tensor) -> Tensor:
        """Beats (B, 187), features (B, n), logits (B, n_classes) -> scores (B,)."""
        return self.measure(look_at(self.place, ecg=ecg, features=features))

    def measure(self, seen: Tensor) -> Tensor:
        """Scores (B,) of what `look_at` returns, (B, width)."""
        white = torch.einsum("bi,cij->bcj", seen, self.whitening)
        return ((white - self.means).square().sum(dim=2) + self.offsets).amin(dim=1)


OODScore = Energy | Mahalanobis | Gaussian | Neighbours
"""All map (ecg, features, logits) to one number per beat."""


def place_of(name: ScoreName) -> Place:
    """Where a score other than the energy looks."""
    place: Place = "features"
    for other in get_args(Place):
        if name.startswith(other):
            place = other
    return place


def fit_score(
    name: ScoreName, *, seen: Tensor, labels: Tensor, generator: torch.Generator
) -> OODScore:
    """Fit a score to training beats.

    Args:
        seen: what `look_at` returns of them at `place_of` the score, (n, width).
        labels: (n,) int64, the classes.
        generator: draws the bank of neighbours.
    """
    if name == "energy":
        return Energy()
    place = place_of(name)
    if name.endswith("mahalanobis"):
        return Mahalanobis.fit(place, seen=seen, labels=labels)
    if name.endswith("gaussian"):
        return Gaussian.fit(place, seen=seen, labels=labels)
    return Neighbours.fit(place, seen=seen, generator=generator)


def build_score(name: ScoreName, state: Mapping[str, Tensor]) -> OODScore:
    """Rebuild a score from its `state_dict`.

    Raises:
        KeyError: the state is not of such a score.
        RuntimeError: the same.
    """
    score: OODScore
    if name == "energy":
        score = Energy()
    elif name.endswith("mahalanobis"):
        n_classes, width = state["means"].shape
        score = Mahalanobis(place_of(name), n_classes=n_classes, width=width)
    elif name.endswith("gaussian"):
        n_classes, width = state["means"].shape
        score = Gaussian(place_of(name), n_classes=n_classes, width=width)
    else:
        n_bank, width = state["bank"].shape
        score = Neighbours(place_of(name), n_bank=n_bank, width=width)
    score.load_state_dict(dict(state))
    return score
