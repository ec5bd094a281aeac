"""The settings of a training, as a form: three in front, the rest folded away."""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from core.config import TrainConfig, make_config
from core.models.named import NAMED
from core.models.packaged import PACKAGED, packaged_file
from core.runs import where_runs_train
from dashboard.strings import t


class Number(NamedTuple):
    """How a number is stepped and written; its limits are those of the setting."""

    step: float
    format: str


ADVANCED: dict[str, dict[str, Number]] = {
    "batch": {
        "batch_size": Number(8, "%d"),
        "positives": Number(1, "%d"),
        "negatives": Number(1, "%d"),
        "negative_weight": Number(0.5, "%.1f"),
        "mined": Number(1, "%d"),
        "synthetic": Number(0.5, "%.1f"),
        "max_length": Number(16, "%d"),
    },
    "learning": {
        "learning_rate": Number(1e-4, "%.5f"),
        "temperature": Number(0.005, "%.3f"),
        "warmup": Number(0.05, "%.2f"),
        "weight_decay": Number(0.01, "%.3f"),
        "max_grad_norm": Number(0.5, "%.2f"),
    },
    "adapter": {
        "lora_rank": Number(4, "%d"),
        "lora_alpha": Number(8, "%d"),
        "lora_layers": Number(0.25, "%.2f"),
        "lora_dropout": Number(0.05, "%.2f"),
    },
    "run": {
        "folds": Number(1, "%d"),
        "seed": Number(1, "%d"),
    },
}
SWITCHES = ("gradient_checkpointing", "four_bit")
ON_A_CLUSTER = ("shard",)  # what takes several processes


def choose_settings(epochs: int) -> TrainConfig:
    """Draw the form and return what it says; ``epochs`` is what the labels suggest.

    Raises:
        ConfigError: the settings do not fit together.
    """
    values: dict[str, Any] = {}
    left, right = st.columns([3, 1])
    with left:
        values["base"] = choose_base()
    with right:
        values["epochs"] = number("epochs", Number(1, "%d"), epochs)
    values["side"] = choice("side", ("both", "query"))
    with st.expander(t("settings.advanced")):
        for group, shapes in ADVANCED.items():
            st.markdown(f"**{t(f'settings.group_{group}')}**")
            with st.grid(3, min_column_width=170):
                for name, shape in shapes.items():
                    values[name] = number(name, shape)
        for name in SWITCHES + (ON_A_CLUSTER if where_runs_train() else ()):
            values[name] = switch(name)
        values["device"] = choice("device", ("auto", "cpu", "cuda"))
    return make_config(values)


def choose_base() -> str:
    """Draw the choice of a backbone: packaged, a named one of the Hub, or whatever is typed."""
    chosen = st.selectbox(
        t("settings.base"),
        [*PACKAGED, *NAMED],
        format_func=base_title,
        accept_new_options=True,
        placeholder=t("train.base_free"),
        help=f"{t('settings.base_why')} {t('train.base_free')}.",
        key="train_base",
        persist_state="session",
    )
    return str(chosen or "").strip()


def base_title(name: str) -> str:
    """Return a model we know with its size and languages, and whether it has to be fetched; others as typed."""
    model = PACKAGED.get(name) or NAMED.get(name)
    if model is None:
        return name
    key = "train.base_packaged" if name in PACKAGED else "train.base_named"
    return t(key, name=name, parameters=model.parameters, languages=model.languages)


def base_is_here(name: str) -> bool:
    """Draw what to do when a packaged model's package is not installed; return whether it is."""
    model = PACKAGED.get(name)
    if model is None or packaged_file(model) is not None:
        return True
    st.warning(t("train.base_absent", name=name, package=model.package, hub=model.hub_id), icon=":material/warning:")
    return False


def choice(name: str, options: tuple[str, ...]) -> str | None:
    """Draw a setting that takes one of a few words."""
    chosen: str | None = st.segmented_control(
        t(f"settings.{name}"),
        options,
        format_func=lambda option: t(f"settings.{name}_{option}"),
        default=TrainConfig.model_fields[name].default,
        required=True,
        help=t(f"settings.{name}_why"),
        key=f"train_{name}",
        persist_state="session",
    )
    return chosen


def switch(name: str) -> bool:
    """Draw a setting that is on or off."""
    return st.toggle(
        t(f"settings.{name}"),
        value=TrainConfig.model_fields[name].default,
        help=t(f"settings.{name}_why"),
        key=f"train_{name}",
        persist_state="session",
    )


def number(name: str, shape: Number, suggested: float | None = None) -> float | None:
    """Draw a setting that is a number, within its limits, with what is suggested or else its default."""
    field = TrainConfig.model_fields[name]
    whole = shape.format == "%d"
    kind = int if whole else float
    low, high = limits(name)
    value: float | None = st.number_input(
        t(f"settings.{name}"),
        min_value=None if low is None else kind(low),
        max_value=None if high is None else kind(high),
        value=field.default if suggested is None else suggested,
        step=kind(shape.step),
        format=shape.format,
        placeholder=t("settings.by_default"),
        help=t(f"settings.{name}_why"),
        key=f"train_{name}",
        persist_state="session",
    )
    return value


def limits(name: str) -> tuple[float | None, float | None]:
    """Return the least and the greatest value of a setting.

    Where a limit itself is excluded, the form lets it pass and the check of all settings together refuses it.
    """
    low = high = None
    for rule in TrainConfig.model_fields[name].metadata:
        low = getattr(rule, "ge", getattr(rule, "gt", low))
        high = getattr(rule, "le", getattr(rule, "lt", high))
    return low, high
