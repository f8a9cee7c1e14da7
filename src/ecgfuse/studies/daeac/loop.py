"""Adapt one trained network to the unlabelled beats of new patients (DAEAC, Wang et al., 2021).

Training continues on the labelled source beats, while losses on the features align the clusters of
the target with those of the source. Target clusters follow from pseudo-labels, voted by the network
and its latest earlier states. No function here takes target labels, so they cannot leak.
"""

import copy
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.inputs import Inputs, LabelledInputs, select
from ecgfuse.engine.device import compute_device
from ecgfuse.engine.randomness import OneStream
from ecgfuse.engine.schedule import Schedule
from ecgfuse.engine.training import Losses, Training
from ecgfuse.models.store import Network
from ecgfuse.studies.daeac.clusters import MovingCentres
from ecgfuse.studies.daeac.config import DaeacConfig
from ecgfuse.studies.daeac.data import balanced_weights, draw
from ecgfuse.studies.daeac.losses import (
    align_loss,
    compact_loss,
    cosine,
    count_weights,
    euclidean,
    pull_loss,
    separate_loss,
)
from ecgfuse.studies.daeac.pseudo import vote
from ecgfuse.train.validate import predict_logits


@dataclass(frozen=True)
class Adapted:
    """A network after its adaptation, and its pseudo-labels of the target."""

    network: Network
    pseudo_labels: Tensor
    """(n_target_beats,) int64 from the last vote; UNLABELLED if it was not confident."""


def adapt_network(
    network: Network, *, source: LabelledInputs, target: Inputs, config: DaeacConfig, seed: int
) -> Adapted:
    """Adapt a copy of a trained network; equal seeds and data give equal weights.

    Args:
        network: trained on `source`.
        target: beats of new patients, without labels.

    Raises:
        ValueError: the loss is not finite.
    """
    adaptation = Adaptation(network, source=source, target=target, config=config, seed=seed)
    adaptation.fit(epochs=math.ceil(config.steps / config.refresh_steps))
    adaptation.renew_pseudo_labels()
    return Adapted(network=adaptation.network.cpu().eval(), pseudo_labels=adaptation.pseudo_labels)


class Adaptation(Training):
    """The adaptation of a network. An epoch comprises the steps with the same pseudo-labels."""

    network: Network

    def __init__(
        self,
        network: Network,
        *,
        source: LabelledInputs,
        target: Inputs,
        config: DaeacConfig,
        seed: int,
    ) -> None:
        self.source, self.target, self.config = source, target, config
        network = copy.deepcopy(network).to(compute_device())
        optimizer = torch.optim.Adam(
            network.parameters(),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            fused=True,
        )
        super().__init__(
            network,
            optimizer=optimizer,
            schedule=Schedule(),
            randomness=OneStream(seed),
            precision=config.precision,
            name=f"seed {seed}",
            cure=f"lower daeac.learning_rate ({config.learning_rate:g}) or set "
            "daeac.precision: fp32",
        )
        n_classes = len(CLASSES)
        weights = count_weights(
            source.labels.numpy(), scale=config.class_scale, n_classes=n_classes
        )
        self.class_weights = torch.from_numpy(weights).to(self.device)
        self.chances = balanced_weights(source.labels, n_classes=n_classes)
        self.source_centres, self.target_centres = (
            MovingCentres(n_classes=n_classes, rate=config.centre_rate) for _ in range(2)
        )
        self.source_centre, self.target_centre = (  # of the whole domain, as one class
            MovingCentres(n_classes=1, rate=config.centre_rate) for _ in range(2)
        )
        self.distance = {"euclidean": euclidean, "cosine": cosine}[config.distance]
        self.votes: deque[Tensor] = deque(maxlen=config.voters)
        self.pseudo_labels = torch.empty(0, dtype=torch.int64)

    def before_epoch(self) -> None:
        """Renew the pseudo-labels."""
        self.renew_pseudo_labels()

    def renew_pseudo_labels(self) -> None:
        """Vote on the pseudo-labels with the current network and its latest earlier states."""
        self.votes.append(predict_logits(self.network, self.target).softmax(dim=1))
        voters = torch.stack(tuple(self.votes))
        self.pseudo_labels = vote(voters, confidence=self.config.confidence)

    def batches(self, generator: Generator) -> Sequence[Tensor]:
        """Indices of source and target beats, (batch_size, 2), for each step of the epoch."""
        config = self.config
        n_steps = min(config.refresh_steps, config.steps - self.epoch * config.refresh_steps)
        chances = (self.chances, torch.ones(self.target.n_beats))
        return [
            torch.stack(
                [draw(one, n_beats=config.batch_size, generator=generator) for one in chances],
                dim=1,
            )
            for _ in range(n_steps)
        ]

    def losses(self, batch: Tensor, generator: Generator) -> Losses:
        """Weighted sum of the cross-entropy and the cluster losses."""
        of_source, of_target = batch.unbind(dim=1)
        labels = self.source.labels[of_source].to(self.device)
        pseudo_labels = self.pseudo_labels[of_target].to(self.device)
        features, logits = self._forward(
            select(self.source.inputs, of_source), select(self.target, of_target)
        )
        cross_entropy = F.cross_entropy(logits, labels, weight=self.class_weights)
        loss = self.config.classify_weight * cross_entropy + self._cluster_loss(
            features[: len(labels)], labels, features[len(labels) :], pseudo_labels
        )
        return {"loss": loss}

    def _forward(self, source: Inputs, target: Inputs) -> tuple[Tensor, Tensor]:
        """Features (2 n_beats, n_features) of both domains, logits (n_beats, 4) of the source."""
        # In one batch, so that both domains share batch normalisation statistics.
        both = Inputs(*(torch.cat(parts) for parts in zip(source, target, strict=True)))
        with self.autocast():
            features, _ = self.network.embed(both.to(self.device))
            of_source = features[: source.n_beats]
            logits = self.network.classifier(self.network.dropout(of_source))
        return features.float(), logits.float()

    def _cluster_loss(
        self, source: Tensor, labels: Tensor, target: Tensor, pseudo_labels: Tensor
    ) -> Tensor:
        """Weighted sum of the cluster losses of features (n_beats, n_features)."""
        config, distance = self.config, self.distance
        s = self.source_centres.update(source, labels)
        t = self.target_centres.update(target, pseudo_labels)
        one_class = torch.zeros_like(labels)
        domains = [
            self.source_centre.update(source, one_class),
            self.target_centre.update(target, one_class),
        ]
        return (
            config.domain_weight * align_loss(*domains, distance=distance)
            + config.align_weight * align_loss(s, t, distance=distance)
            + config.separate_weight * separate_loss(s, t, margin=config.margin, distance=distance)
            + sum(
                config.pull_weight * pull_loss(clusters, distance=distance)
                + config.compact_weight * compact_loss(clusters, distance=distance)
                for clusters in (s, t)
            )
        )
