"""Hub models under a short name: those that a film team would choose when the packaged ones are outgrown."""

from __future__ import annotations

from dataclasses import dataclass

from core.models.recipe import Recipe, recipe_for

DECODER_LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
ENCODER_LINEAR = ("query", "key", "value", "dense")
# By model_type. E5-Mistral's own adapter has these targets (Wang et al. 2024, its published adapter_config.json).
LORA_TARGETS: dict[str, tuple[str, ...]] = {
    "mistral": DECODER_LINEAR,
    "llama": DECODER_LINEAR,
    "qwen3": DECODER_LINEAR,
    "gemma": DECODER_LINEAR,
    "bert": ENCODER_LINEAR,
    "xlm-roberta": ENCODER_LINEAR,
}


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model on the Hub.

    Attributes:
        name: what users may call it instead of ``hub_id``.
        family: ``model_type`` of its transformers configuration.
    """

    name: str
    hub_id: str
    family: str
    languages: str
    parameters: str

    @property
    def recipe(self) -> Recipe:
        return recipe_for(self.hub_id, self.family)


NAMED: dict[str, NamedModel] = {
    model.name: model
    for model in (
        NamedModel("multilingual-e5-large", "intfloat/multilingual-e5-large", "xlm-roberta", "ko, en, ~100", "560M"),
        NamedModel("bge-m3", "BAAI/bge-m3", "xlm-roberta", "ko, en, ~100", "568M"),
        NamedModel("qwen3-embedding-0.6b", "Qwen/Qwen3-Embedding-0.6B", "qwen3", "ko, en, ~100", "596M"),
        NamedModel("e5-mistral-7b-instruct", "intfloat/e5-mistral-7b-instruct", "mistral", "en", "7.1B"),
        NamedModel("solar-10.7b", "upstage/SOLAR-10.7B-v1.0", "llama", "en", "10.7B"),
    )
}


def hub_id_of(name: str) -> str:
    """Return the Hub id that a short name stands for; any other name is returned as it is."""
    return NAMED[name].hub_id if name in NAMED else name


def lora_targets(name: str, model_type: str) -> tuple[str, ...] | None:
    """Return the last parts of the names of the linear layers that LoRA adapts; ``None`` for all linear layers.

    Args:
        name: what the model was loaded by; a short name decides by itself, before anything is loaded.
        model_type: ``model_type`` of its transformers configuration.
    """
    return LORA_TARGETS.get(NAMED[name].family if name in NAMED else model_type)
