"""Adapt one trained network to the unlabelled beats of new patients (DAEAC, Wang et al., 2021).

Training goes on with the labels of the source, while losses on the features draw the clusters of
the target to those of the source. Which beats of the target form a cluster, the network itself
says: it votes, together with its own latest states, on pseudo-labels. Labels of the target are no
argument of anything here, so they can decide nothing.
"""

import copy
from collections import deque
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from ecgfuse.daeac.clusters import MovingCentres
from ecgfuse.daeac.config import DaeacConfig
from ecgfuse.daeac.losses import (
    align_loss,
    compact_loss,
    cosine,
    count_weights,
    euclidean,
    pull_loss,
    separate_loss,
)
from ecgfuse.daeac.pseudo import vote
from ecgfuse.daeac.sampling import balanced_weights, draw
from ecgfuse.datasets.inputs import Inputs, LabelledInputs, select
from ecgfuse.models.heartbeat import HeartbeatNet
from ecgfuse.records.annotations import CLASSES
from ecgfuse.train.compute import uses_bf16
from ecgfuse.train.validate import predict_logits


@dataclass(frozen=True)
class Adapted:
    """A network after its adaptation, and what it believed of the target."""

    network: HeartbeatNet
    pseudo_labels: Tensor
    """(n_target_beats,) int64 of the last vote; UNLABELLED where it was not sure."""


def adapt_network(
    network: HeartbeatNet, *, source: LabelledInputs, target: Inputs, config: DaeacConfig, seed: int
) -> Adapted:
    """Adapt a copy of a trained network; the same seed and data give the same weights.

    Args:
        network: trained on `source`.
        target: beats of new patients, without labels.

    Raises:
        ValueError: the loss is not finite.
    """
    run = _Adaptation(network, source=source, config=config, seed=seed)
    for step in range(config.steps):
        if step % config.refresh_steps == 0:
            run.renew_pseudo_labels(target)
        run.step(source, target)
    pseudo_labels = run.renew_pseudo_labels(target)
    return Adapted(network=run.network.eval(), pseudo_labels=pseudo_labels)


class _Adaptation:
    """Everything that changes while one network is adapted."""

    def __init__(
        self, network: HeartbeatNet, *, source: LabelledInputs, config: DaeacConfig, seed: int
    ) -> None:
        self.config, self.seed = config, seed
        torch.manual_seed(seed)  # of dropout
        self.generator = torch.Generator().manual_seed(seed)
        self.network = copy.deepcopy(network)
        self.optimizer = torch.optim.Adam(
            self.network.parameters(),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            fused=True,
        )
        n_classes = len(CLASSES)
        weights = count_weights(
            source.labels.numpy(), scale=config.class_scale, n_classes=n_classes
        )
        self.class_weights = torch.from_numpy(weights)
        self.chances = balanced_weights(source.labels, n_classes=n_classes)
        self.source_centres, self.target_centres = (
            MovingCentres(n_classes=n_classes, rate=config.centre_rate) for _ in range(2)
        )
        self.source_centre, self.target_centre = (  # of the whole domain, taken as one class
            MovingCentres(n_classes=1, rate=config.centre_rate) for _ in range(2)
        )
        self.distance = {"euclidean": euclidean, "cosine": cosine}[config.distance]
        self.bf16 = uses_bf16(config.precision)
        self.votes: deque[Tensor] = deque(maxlen=config.voters)
        self.pseudo_labels = torch.empty(0, dtype=torch.int64)

    def renew_pseudo_labels(self, target: Inputs) -> Tensor:
        """Let the network as it is now vote with its latest states on the pseudo-labels."""
        self.votes.append(predict_logits(self.network, target).softmax(dim=1))
        voters = torch.stack(tuple(self.votes))
        self.pseudo_labels = vote(voters, confidence=self.config.confidence)
        return self.pseudo_labels

    def step(self, source: LabelledInputs, target: Inputs) -> None:
        """One step down the gradient, on as many beats of the source as of the target."""
        n_beats = self.config.batch_size
        of_source = draw(self.chances, n_beats=n_beats, generator=self.generator)
        of_target = draw(torch.ones(len(target.ecg)), n_beats=n_beats, generator=self.generator)
        labels = source.labels[of_source]
        features, logits = self._forward(
            select(source.inputs, of_source), select(target, of_target)
        )
        cross_entropy = F.cross_entropy(logits, labels, weight=self.class_weights)
        loss = self.config.classify_weight * cross_entropy + self._cluster_loss(
            features[:n_beats], labels, features[n_beats:], self.pseudo_labels[of_target]
        )
        if not torch.isfinite(loss):
            raise ValueError(
                f"the loss of seed {self.seed} is {loss.item()}; lower daeac.learning_rate "
                f"({self.config.learning_rate:g}) or set daeac.precision: fp32"
            )
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def _forward(self, source: Inputs, target: Inputs) -> tuple[Tensor, Tensor]:
        """Features (2 n_beats, n_features) of both domains, logits (n_beats, 4) of the source."""
        # In one batch, so that the domains share the statistics of batch normalisation.
        both = Inputs(*(torch.cat(parts) for parts in zip(source, target, strict=True)))
        self.network.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            features, _ = self.network.embed(both)
            of_source = features[: len(source.ecg)]
            logits = self.network.classifier(self.network.dropout(of_source))
        return features.float(), logits.float()

    def _cluster_loss(
        self, source: Tensor, labels: Tensor, target: Tensor, pseudo_labels: Tensor
    ) -> Tensor:
        """All losses but the cross-entropy, of features (n_beats, n_features) and classes."""
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
