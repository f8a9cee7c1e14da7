"""Which leads of a recording can be read together."""

from collections import deque
from collections.abc import Sequence

from ecgfuse.recordings.recording import Recording

MOST_LEADS = 32
"""Leads that are kept of a recording; more would take gigabytes of memory to read at once."""


def openable_leads(recording: Recording, *, needed: str) -> tuple[list[str], list[str]]:
    """Leads without an evident fault, in the order of the file, and why others are left out.

    A lead in another unit than a voltage is refused at once. A damaged one shows only while it is
    read, see `sound_leads`.

    Args:
        needed: a lead without which the recording is of no use.

    Raises:
        ValueError: this one cannot be read.
    """
    recording.read_blocks([needed])
    leads, said = [], []
    for name in recording.leads:
        try:
            recording.read_blocks([name])
        except ValueError as error:
            fault = str(error).removeprefix(f"{recording.path}: ")
            said.append(f"lead {name} is not shown: {fault}")
        else:
            leads.append(name)
    if len(leads) > MOST_LEADS:
        others = [name for name in leads if name != needed][: MOST_LEADS - 1]
        said.append(f"{len(leads)} leads are too many; {len(others) + 1} of them are shown")
        leads = [name for name in leads if name == needed or name in others]
    return leads, said


def sound_leads(
    recording: Recording, *, leads: Sequence[str], needed: str
) -> tuple[list[str], list[str]]:
    """Those of some leads that can be read to their end, and what is wrong with the others.

    Each is read on its own, which takes long: for recordings of which not all can be read.

    Raises:
        ValueError: the needed one is damaged.
    """
    sound, said = [], []
    for name in leads:
        try:
            deque(recording.read_blocks([name]), maxlen=0)
        except ValueError as error:
            if name == needed:
                raise
            fault = str(error).removeprefix(f"{recording.path}: ")
            said.append(f"lead {name} is not shown: {fault}")
        else:
            sound.append(name)
    return sound, said
