"""Random numbers where they are needed."""

import torch


def generator_on(device: torch.device, *, generator: torch.Generator) -> torch.Generator:
    """A generator on this device, seeded by one on the CPU; on the CPU it is that one itself.

    Millions of numbers a step, drawn on the CPU, would hold up a GPU.
    """
    if device.type == "cpu":
        return generator
    seed = torch.randint(2**62, (), generator=generator)
    return torch.Generator(device).manual_seed(int(seed))
