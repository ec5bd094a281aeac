"""How a model wants to be used as an embedder: pooling, prompts and special tokens.

The order of trust: what Reelign stored with a model it tuned, what the folder says of itself in the
sentence-transformers files, what is known of a model by name, and last what its architecture suggests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from core.errors import ModelError
from core.files import read_json
from core.models.pooling import Pooling
from core.quoting import legible, quoted

Side = Literal["query", "document"]
TASK = "Given a film seeker's request, retrieve films that answer it"
INSTRUCT = f"Instruct: {TASK}\nQuery: "
RECIPE_FILE = "reelign.json"
DECODERS = frozenset(
    {"mistral", "llama", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "phi3", "ministral", "olmo2", "gpt_neox"}
)
DEFAULT_LENGTH = 512
LAYERS = ("Transformer", "Pooling", "Normalize")
# How sentence-transformers names a pooling in 1_Pooling/config.json: since version 6, and as a flag before.
POOLING_NAMES = {
    Pooling.CLS: ("cls", "pooling_mode_cls_token"),
    Pooling.LAST: ("lasttoken", "pooling_mode_lasttoken"),
    Pooling.MEAN: ("mean", "pooling_mode_mean_tokens"),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How text becomes a vector.

    Attributes:
        pooling: which hidden states stand for the text.
        query_prompt: written before a query.
        document_prompt: written before a film's text.
        append_eos: end every text with exactly one EOS token, whatever the tokenizer does by itself.
        max_length: tokens a text is cut to, special tokens included.
    """

    pooling: Pooling
    query_prompt: str = ""
    document_prompt: str = ""
    append_eos: bool = False
    max_length: int = DEFAULT_LENGTH

    def prompted(self, text: str, side: Side) -> str:
        """Return the text with the prompt of its side, as the model sees it."""
        return (self.query_prompt if side == "query" else self.document_prompt) + text

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Recipe:
        """Read what ``as_dict`` wrote; KeyError, TypeError or ValueError where that is something else."""
        read = cls(**{**row, "pooling": Pooling(row["pooling"])})
        if not isinstance(read.query_prompt, str) or not isinstance(read.document_prompt, str):
            raise TypeError("a prompt is no text")
        (read.query_prompt + read.document_prompt).encode()  # no tokenizer takes half a character
        if type(read.max_length) is not int or read.max_length < 1 or type(read.append_eos) is not bool:
            raise TypeError("max_length or append_eos is of another kind")
        return read


E5 = Recipe(Pooling.MEAN, "query: ", "passage: ")
SENTENCE = Recipe(Pooling.MEAN, max_length=256)
DECODER = Recipe(Pooling.LAST, INSTRUCT, "", append_eos=True)
QWEN3_EMBEDDING = replace(DECODER, query_prompt=INSTRUCT.rstrip())  # its own prompt has no space after "Query:"

# By the start of a Hub id, lower case. Longest match wins.
KNOWN: dict[str, Recipe] = {
    "intfloat/multilingual-e5": E5,
    "intfloat/e5-": E5,
    "intfloat/multilingual-e5-large-instruct": replace(DECODER, pooling=Pooling.MEAN, append_eos=False),
    "intfloat/e5-mistral-7b-instruct": replace(DECODER, max_length=4096),
    "qwen/qwen3-embedding": QWEN3_EMBEDDING,
    "upstage/solar-10.7b": DECODER,
    "baai/bge-m3": Recipe(Pooling.CLS, max_length=8192),
    "sentence-transformers/": SENTENCE,
}


def recipe_for(name: str, model_type: str, folder: Path | None = None) -> Recipe:
    """Return the recipe of a model.

    Args:
        name: Hub id or folder name.
        model_type: ``model_type`` of its transformers configuration.
        folder: the model's folder where it lies on this machine.
    """
    if folder is not None:
        if (folder / RECIPE_FILE).is_file():
            return read_recipe(folder)
        if (folder / "modules.json").is_file():
            return read_sentence_transformers(folder)
    matches = [start for start in KNOWN if name.lower().startswith(start)]
    if matches:
        return KNOWN[max(matches, key=len)]
    return DECODER if model_type in DECODERS else Recipe(Pooling.MEAN)


def read_recipe(folder: Path) -> Recipe:
    """Read the recipe that Reelign stored in a folder; raises ``ModelError`` when it is damaged."""
    path = folder / RECIPE_FILE
    try:
        return Recipe.from_dict(read_json(path, ModelError)["recipe"])
    except (ValueError, KeyError, TypeError) as reason:
        raise ModelError(f"{path}: not a recipe of Reelign's ({legible(reason)}). Export the model again.") from reason


def read_sentence_transformers(folder: Path) -> Recipe:
    """Read pooling, prompts and length from a sentence-transformers folder, as version 6 or an earlier one wrote it.

    Raises:
        ModelError: the folder holds a pooling or a layer that Reelign does not compute.
    """

    def read(name: str, kind: type[dict[str, Any] | list[Any]] = dict) -> Any:
        path = folder / name
        if not path.is_file():
            return kind()
        content = read_json(path, ModelError)
        if not isinstance(content, kind):
            raise ModelError(f"{path}: expected a JSON {'object' if kind is dict else 'list'}.")
        return content

    try:
        return _recipe_of_files(folder, read)
    except (AttributeError, TypeError, ValueError, OverflowError) as reason:
        raise ModelError(
            f"{folder}: its sentence-transformers files hold something else than expected ({legible(reason)})."
        ) from reason


def _recipe_of_files(folder: Path, read: Callable[..., Any]) -> Recipe:
    layers = [str(module.get("type")).rpartition(".")[2] for module in read("modules.json", list)]
    if unknown := set(layers).difference(LAYERS):
        raise ModelError(
            f"{folder}: its layer {quoted(min(unknown))} is not one that Reelign computes ({', '.join(LAYERS)})."
        )
    pooling = read("1_Pooling/config.json")
    prompts = read("config_sentence_transformers.json").get("prompts") or {}
    chosen = [
        how for how, (name, flag) in POOLING_NAMES.items() if pooling.get("pooling_mode") == name or pooling.get(flag)
    ]
    if len(chosen) != 1:
        raise ModelError(f"{folder}/1_Pooling/config.json: expected one of mean, cls or last-token pooling.")
    own_limit = read("tokenizer_config.json").get("model_max_length") or DEFAULT_LENGTH
    own = {
        "pooling": chosen[0],
        "query_prompt": prompts.get("query") or "",
        "document_prompt": prompts.get("document") or prompts.get("passage") or "",
        "append_eos": chosen[0] is Pooling.LAST,
        "max_length": int(read("sentence_bert_config.json").get("max_seq_length") or min(own_limit, DEFAULT_LENGTH)),
    }
    return Recipe.from_dict(own)
