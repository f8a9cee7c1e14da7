"""Rows that cannot test what they say: a setting that is not read, or that leaves nothing to learn.

Such a row trains without an error, so its score would be read as an answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ecgfuse.datasets.fusions import Fusion, uses_rr, uses_rr_block, uses_waveform

Values = Mapping[str, Mapping[str, object]]
"""Group -> key -> value, of all groups that a row may change."""


@dataclass(frozen=True)
class _Use:
    """When some parameters are read."""

    names: frozenset[str]
    """GROUP.KEY, or GROUP.* for a whole group."""
    needs: str
    """The condition in words, for the error."""
    is_read: Callable[[Values], bool]


def check_settings(settings: Sequence[str], *, params: Values) -> None:
    """Raise an error if a row cannot test what it says.

    Args:
        settings: of the row, GROUP.KEY=VALUE.
        params: all parameters of the row, those settings included.

    Raises:
        ValueError: the network of the row does not read one of the settings, or training beats
            with a hidden waveform have nothing else that reaches the classifier.
    """
    for name in (setting.partition("=")[0] for setting in settings):
        for use in _USES:
            if {name, f"{name.partition('.')[0]}.*"} & use.names and not use.is_read(params):
                raise ValueError(
                    f"{name} is not read by this row, so it changes nothing; it needs {use.needs}"
                )
    if _has_mhca(params) and _is_pooled(params) and params["model"]["waveform_dropout"]:
        raise ValueError(
            "model.waveform_dropout hides the waveform of training beats, and with "
            "fusion.key_value=pooled no feature reaches the classifier by the block, so these "
            "beats have identical logits; set model.waveform_dropout=0"
        )


def _fusion(params: Values) -> Fusion:
    return cast(Fusion, params["folds"]["fusion"])


def _is_pooled(params: Values) -> bool:
    block = params["fusion"]
    return block["block"] == "mhca" and block["key_value"] == "pooled"


def _rows(params: Values, *, marks: Sequence[str]) -> bool:
    """Whether a row of the ECG has one of these marks in its name."""
    rows = cast(Sequence[str], params["preprocess"]["rows"])
    return any(mark in row for row in rows for mark in marks)


def _compares(params: Values) -> bool:
    """Whether anything is compared with the patient's median beat."""
    marks = ("_reference", "_difference", "_deviation")
    return bool(params["preprocess"]["comparisons"]) or _rows(params, marks=marks)


def _has_block(params: Values) -> bool:
    """Whether features join the tokens in a block: RR, comparisons, or both."""
    fusion = _fusion(params)
    return uses_rr_block(fusion) or (
        uses_waveform(fusion) and bool(params["preprocess"]["comparisons"])
    )


def _has_mhca(params: Values) -> bool:
    return _has_block(params) and params["fusion"]["block"] == "mhca"


def _value(group: str, key: str, *values: object) -> Callable[[Values], bool]:
    """Whether a parameter has one of some values."""
    return lambda params: params[group][key] in values


_MAE = ("mae_moco", "mae_nextclip")
_USES = tuple(
    _Use(frozenset(names.split()), needs, is_read)
    for names, needs, is_read in (
        ("train.seeds", "another stage: the folds have folds.seeds", lambda _: False),
        ("train.checkpoint", "another stage: the folds keep the last epoch", lambda _: False),
        ("rr.* augment.rr_jitter", "RR", lambda params: uses_rr(_fusion(params))),
        ("rr.irregularity_beats", "rr.features=normalised", _value("rr", "features", "normalised")),
        (
            "model.encoder model.stem_channels model.dilations model.se_reductions "
            "model.stochastic_depth preprocess.* "
            "augment.time_warp augment.polarity augment.amplitude augment.baseline_wander "
            "augment.white_noise augment.mask_probability augment.mask_width augment.row_dropout "
            "augment.noisy_beats pretrain.*",
            "a network that reads the waveform",
            lambda params: uses_waveform(_fusion(params)),
        ),
        (
            "model.stem_channels model.dilations model.se_reductions model.stochastic_depth",
            "model.encoder=macnn_se",
            _value("model", "encoder", "macnn_se"),
        ),
        (
            "preprocess.interval_s",
            "a row of the interval",
            lambda params: _rows(params, marks=("interval",)),
        ),
        (
            "preprocess.window_s",
            "a row of the window",
            lambda params: _rows(params, marks=("window",)),
        ),
        (
            "preprocess.reference preprocess.reference_from",
            "a row or comparisons with the median beat",
            _compares,
        ),
        (
            "preprocess.reference_beats",
            "preprocess.reference=causal, and a row or comparisons with the median beat",
            lambda params: _compares(params) and params["preprocess"]["reference"] == "causal",
        ),
        (
            "fusion.block model.waveform_dropout",
            "a fusion block: late, hybrid, or preprocess.comparisons=true",
            _has_block,
        ),
        (
            "fusion.emb_dim fusion.dropout",
            "a fusion block, or rr",
            lambda params: _has_block(params) or not uses_waveform(_fusion(params)),
        ),
        (
            "fusion.ffn_dim",
            "the block mhca, or rr",
            lambda params: _has_mhca(params) or not uses_waveform(_fusion(params)),
        ),
        ("fusion.alpha_init fusion.key_value", "the block mhca", _has_mhca),
        (
            "fusion.num_heads",
            "the block mhca, with fusion.key_value=sequence",
            lambda params: _has_mhca(params) and not _is_pooled(params),
        ),
        (
            "pretrain.size",
            "model.encoder=vit or wav2vec, or pretraining",
            lambda params: (
                params["model"]["encoder"] != "macnn_se"
                or params["pretrain"]["objective"] != "none"
            ),
        ),
        (
            "pretrain.epochs pretrain.epoch_windows pretrain.batch_size pretrain.learning_rate "
            "pretrain.warmup_epochs pretrain.patience pretrain.factor pretrain.stop_after "
            "pretrain.seed pretrain.precision",
            "a pretrain.objective",
            lambda params: params["pretrain"]["objective"] != "none",
        ),
        ("pretrain.mask_ratio", "a masked autoencoder", _value("pretrain", "objective", *_MAE)),
        ("pretrain.moco_alpha", "mae_moco", _value("pretrain", "objective", "mae_moco")),
        (
            "pretrain.nextclip_alpha",
            "mae_nextclip",
            _value("pretrain", "objective", "mae_nextclip"),
        ),
        (
            "pretrain.lead_masking",
            "w2v_cmsc_rlm",
            _value("pretrain", "objective", "w2v_cmsc_rlm"),
        ),
        (
            "augment.mask_width",
            "augment.mask_probability above 0",
            lambda params: bool(params["augment"]["mask_probability"]),
        ),
    )
)
"""Parameters that only some networks read, and when; all others are read by every network."""
