"""Published results on the split DS1 -> DS2, and the targets of this project, in percent.

The numbers of the study stand with its rows, in studies/published. Together these are the only
numbers that the report does not compute.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ecgfuse.studies.published.rows import ROWS

DS2 = [
    "100",
    "103",
    "105",
    "111",
    "113",
    "117",
    "121",
    "123",
    "200",
    "202",
    "210",
    "212",
    "213",
    "214",
    "219",
    "221",
    "222",
    "228",
    "231",
    "232",
    "233",
    "234",
]
"""Test records of de Chazal's split; published results are only comparable on all of them."""

REFERENCES = (
    "Moody GB, Mark RG. The impact of the MIT-BIH Arrhythmia Database. IEEE Engineering in "
    "Medicine and Biology 20(3):45-50, 2001. Data: doi.org/10.13026/C2F305",
    "Goldberger AL, Amaral LAN, Glass L, et al. PhysioBank, PhysioToolkit, and PhysioNet: "
    "components of a new research resource for complex physiologic signals. Circulation "
    "101(23):e215-e220, 2000.",
    "de Chazal P, O'Dwyer M, Reilly RB. Automatic classification of heartbeats using ECG "
    "morphology and heartbeat interval features. IEEE Transactions on Biomedical Engineering "
    "51(7):1196-1206, 2004. (The split into DS1 and DS2.)",
)
LICENCE = "Open Data Commons Attribution License (ODC-By) 1.0"


@dataclass(frozen=True, kw_only=True)
class Published:
    """One published result on DS2, in percent; None where it was not published."""

    method: str
    source: str
    note: str = ""
    accuracy: float | None = None
    """Share of correct beats."""
    class_accuracy: float | None = None
    """Mean over the four classes of the accuracy of one class against the rest."""
    macro_sensitivity: float | None = None
    macro_f1: float | None = None
    macro_auprc: float | None = None
    macro_auroc: float | None = None
    f1: Mapping[str, float] = field(default_factory=dict)
    """F1 of single classes."""

    def values(self) -> dict[str, float | None]:
        """The numbers by flat name of the score, as `rows.COLUMNS` has them.

        With one label and one prediction per beat, each error is a miss of one class and a false
        alarm of another, so it lowers two of the four accuracies of one class against the rest.
        Their mean is therefore (1 + accuracy) / 2, from which the accuracy follows.
        """
        accuracy = self.accuracy
        if accuracy is None and self.class_accuracy is not None:
            accuracy = 2 * self.class_accuracy - 100
        return {
            "accuracy": accuracy,
            "macro_sensitivity": self.macro_sensitivity,
            "macro_f1": self.macro_f1,
            **{f"f1_{name}": self.f1.get(name) for name in ("S", "V", "F")},
            "macro_auprc": self.macro_auprc,
            "macro_auroc": self.macro_auroc,
        }


_STUDY = "paper and result tables of the repository h4xryu/CrossAttention_MACNN_SE"
_UDA = "README of the repository chenmingTHU/ECG_UDA"


def _of_study(row: str, *, note: str, f1: Mapping[str, float] | None = None) -> Published:
    published = ROWS[row].published
    assert published is not None, f"the study has no result for {row}"
    return Published(
        method=ROWS[row].title,
        note=note,
        source=_STUDY,
        class_accuracy=published.accuracy,
        macro_sensitivity=published.sensitivity,
        macro_f1=published.f1,
        f1=f1 or {},
    )


STUDY = (
    _of_study("baseline_opt2", note="early"),
    _of_study("concat_opt1", note="late, without attention"),
    _of_study("mhca_opt1", note="late"),
    _of_study("mhca_opt3", note="hybrid"),
    _of_study("resunet_baseline", note="another backbone"),
    _of_study("resunet_b2", note="another backbone; with a transformer", f1={"S": 68.5}),
)
"""The study that this pipeline reproduces."""

OTHERS = (
    Published(
        method="de Chazal 2004, linear discriminants",
        note="two leads; F1 derived from rounded sensitivity and ppv",
        source="tables of Garcia 2017 and the README of mondejar's repository",
        accuracy=86.2,
        f1={"S": 51.1, "V": 79.7},
    ),
    Published(
        method="Sellami & Hwang 2019, CNN",
        note="macro F1 derived",
        source="abstract; per class from table I of ECG_UDA",
        accuracy=88.34,
        macro_f1=64.2,
        f1={"S": 44.0, "V": 80.0, "F": 38.0},
    ),
    Published(
        method="Random forest on 200 samples and 9 RR features",
        note="validated on records of DS1",
        source="open project ECG-ARRHYTHMIA-ANALYSIS",
        accuracy=90.93,
        macro_f1=64.0,
        macro_auprc=62.80,
        macro_auroc=94.25,
        f1={"S": 51.0, "V": 77.5, "F": 32.7},
    ),
    Published(
        method="MACN, Wang 2021",
        note="no adaptation; macro F1 derived",
        source=_UDA,
        accuracy=93.33,
        macro_f1=66.2,
        f1={"S": 65.0, "V": 88.0, "F": 15.0},
    ),
    Published(
        method="MACN with adaptation (DAEAC), Wang 2021",
        note="trains on the unlabelled signals of DS2; macro F1 derived",
        source=_UDA,
        accuracy=94.35,
        macro_f1=72.4,
        f1={"S": 83.0, "V": 95.0, "F": 15.0},
    ),
)
"""Other results on the same split with four classes, with their known limitations."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A score that was set as a goal before the result was known, in percent."""

    score: str
    """As `ecgfuse.report.rows.COLUMNS` names it."""
    at_least: float
    of_ensemble: bool = False
    """For the ensemble of the seeds; otherwise for the mean over the seeds."""


TARGET_FUSION = "hybrid"
TARGETS = (
    Target(score="macro_f1", at_least=73.0),
    Target(score="f1_S", at_least=78.0),
    Target(score="f1_V", at_least=93.0),
    Target(score="f1_F", at_least=25.0),
    Target(score="macro_auprc", at_least=74.0),
    Target(score="macro_auroc", at_least=97.0),
    Target(score="macro_f1", at_least=76.0, of_ensemble=True),
)
"""Goals for hybrid fusion on DS2 with five seeds."""
