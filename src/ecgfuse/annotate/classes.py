"""The classes into which models sort beats, and how they are written in files and on the page."""

from collections.abc import Mapping
from dataclasses import dataclass

from ecgfuse.annotate.quality import UNCLASSIFIED
from ecgfuse.classes import CLASSES


@dataclass(frozen=True, kw_only=True)
class BeatClasses:
    """The classes of a model, without Q for unclassified beats, which every table may contain."""

    names: tuple[str, ...]
    """Normal first; the probability of a class is in the column p_NAME."""
    grouped: tuple[str, ...]
    """Classes of which consecutive beats are counted as couplets and runs."""
    group_title: str
    """What beats of these classes are called."""
    meanings: Mapping[str, str]
    """Name -> explanation, Q included."""
    colours: Mapping[str, str]
    """Name -> colour in the tachogram, of all but the first."""
    codes: Mapping[str, str]
    """Name -> code in WFDB annotation files, where it is not the name itself."""
    caution: str
    """What the classes do not tell, in whole sentences."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names, and Q."""
        return (*self.names, UNCLASSIFIED)


AAMI = BeatClasses(
    names=CLASSES,
    grouped=("S", "V"),
    group_title="Ectopic beats",
    meanings={
        "N": "normal or bundle branch block",
        "S": "supraventricular ectopic",
        "V": "ventricular ectopic",
        "F": "fusion of ventricular and normal",
        UNCLASSIFIED: "unclassified",
    },
    colours={"S": "blue", "V": "orange", "F": "purple"},
    codes={},
    caution="Atrial fibrillation and flutter, ventricular fibrillation and flutter, and AV block "
    "are not detected, and sinus tachycardia may be reported as runs of S.",
)
"""Four classes of ANSI/AAMI EC57."""

ABNORMAL = "abnormal"

NORMAL_ABNORMAL = BeatClasses(
    names=("N", ABNORMAL),
    grouped=(ABNORMAL,),
    group_title="Abnormal beats",
    meanings={
        "N": "normal or bundle branch block",
        ABNORMAL: "not N, of whatever kind",
        UNCLASSIFIED: "unclassified",
    },
    colours={ABNORMAL: "orange"},
    codes={ABNORMAL: "?"},
    caution="Each beat is judged by its waveform from the R peak on, without regard to the rhythm; "
    "a beat that is unlike those of the training recordings is unclassified (unfamiliar). "
    "Arrhythmias are not detected.",
)
"""Normal against the rest. WFDB has no code for an abnormal beat of unknown kind: "?", a beat that
has not been classified, claims least, and is not the "Q" of a beat that cannot be judged."""
