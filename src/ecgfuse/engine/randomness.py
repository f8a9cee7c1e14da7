"""Random numbers of a training: reproducible, also after an interruption."""

from typing import Any, Protocol

import torch
from torch import Generator


class Randomness(Protocol):
    """Seeds torch, and provides the generator of each epoch."""

    def start_epoch(self, epoch: int) -> Generator:
        """The CPU generator for order, noise and masks of an epoch, counted from 0."""

    def state_dict(self) -> dict[str, Any]:
        """State for a checkpoint."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""


class EpochSeeds:
    """A separate seed per epoch, so that its random numbers do not depend on other epochs.

    Constructing it seeds torch's generator, which then draws the initial weights.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        torch.manual_seed(seed)

    def start_epoch(self, epoch: int) -> Generator:
        """Seed torch for dropout, and return a generator with the same seed."""
        seed = self.seed + 100_003 * (epoch + 1)
        torch.manual_seed(seed)
        return Generator().manual_seed(seed)

    def state_dict(self) -> dict[str, Any]:
        """Empty: the epoch determines the seed."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Nothing to restore."""


class OneStream:
    """One stream of random numbers for all epochs, seeded once.

    Constructing it seeds torch's generator, which then draws the initial weights.
    """

    def __init__(self, seed: int) -> None:
        torch.manual_seed(seed)
        self.generator = Generator().manual_seed(seed)

    def start_epoch(self, epoch: int) -> Generator:
        """The generator, at its current position."""
        return self.generator

    def state_dict(self) -> dict[str, Any]:
        """States of the generator and of torch's global generator."""
        return {"generator": self.generator.get_state(), "torch": torch.get_rng_state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore both states."""
        self.generator.set_state(state["generator"])
        torch.set_rng_state(state["torch"])


def generator_on(device: torch.device, *, generator: Generator) -> Generator:
    """A generator on this device, seeded from a CPU generator; for the CPU, that generator itself.

    Drawing millions of numbers per step on the CPU would slow a GPU down.
    """
    if device.type == "cpu":
        return generator
    seed = torch.randint(2**62, (), generator=generator)
    return Generator(device).manual_seed(int(seed))
