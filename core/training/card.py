"""The model card of an export: how to use it, what it was made from, what it scored, and what it is not good for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.catalog import Movie, document_text
from core.errors import EvaluationError
from core.evaluation import MEASURES, Comparison, Verdict, VerdictKind, load_comparison
from core.handover.launch import launch_section, launches
from core.judgments import Snapshot, Split, load_snapshot
from core.models.backbone import model_type
from core.models.embedder import Embedder
from core.models.named import hub_id_of
from core.models.packaged import PACKAGED
from core.runs.folder import RunFolder
from core.workspace import Workspace

FOLDER = "path/to/this/folder"
FILM = Movie(
    "", "The Host", title_ko="괴물", year=2006, director=("Bong Joon-ho",), overview="A family and a creature."
)


def model_card(run: RunFolder, embedder: Embedder, workspace: Workspace, base_location: str = "") -> str:
    """Return the card, Markdown under the YAML head that the Hub reads.

    Args:
        base_location: where an adapter finds its base; empty for a merged model.

    Raises:
        RunError, ConfigError, LabelError: what the run folder says of the training cannot be read.
    """
    report = run.report() or {}
    snapshot = load_snapshot(run.snapshot)
    return (
        "\n\n".join(
            [
                _head(run, snapshot),
                f"# {run.name}",
                _introduction(run, report),
                *_use(embedder, base_location, run.config().base),
                _serving(embedder, base_location),
                *_data(report, snapshot),
                *_training(run, report),
                *_figures(report, workspace),
                *_limits(run, embedder, snapshot),
            ]
        )
        + "\n"
    )


def where_the_base_is(base: str, location: str) -> str:
    """Say where an adapter finds its base, and what to do on a machine where it is not there."""
    if not Path(location).is_absolute():
        return f"It finds its base, {location}, on the Hub."
    here = f"It finds its base in {location}, which is on this machine."
    if base not in PACKAGED:
        return f"{here} Elsewhere, set base_model_name_or_path in adapter_config.json to where the base lies there."
    packaged = PACKAGED[base]
    other = "" if packaged.convert is None else "; its weights differ slightly, since the packaged ones are 4-bit"
    return f"{here} Elsewhere, set base_model_name_or_path in adapter_config.json to {packaged.hub_id}{other}."


def verdict_in_words(verdict: Verdict) -> str:
    """Return what the comparison on test queries allows one to say, in one sentence."""
    match verdict.kind:
        case VerdictKind.BETTER:
            return "The tuned model is better than its base."
        case VerdictKind.WORSE:
            return "The tuned model is worse than its base; use the base."
        case VerdictKind.NO_DIFFERENCE:
            return "There is no difference that matters between the tuned model and its base."
        case VerdictKind.CANNOT_TELL:
            return "Too few queries, or too small a difference: it cannot be told whether the tuned model is better."
        case VerdictKind.LABEL_MORE:
            return (
                f"No verdict yet: of the films in the top tens only {verdict.judged_base:.0%} (base) and "
                f"{verdict.judged_tuned:.0%} (tuned) are judged, and unjudged films count as not relevant."
            )


def _head(run: RunFolder, snapshot: Snapshot) -> str:
    languages = sorted({row.lang for row in snapshot.rows if row.split is Split.TRAIN and row.lang})
    hub_id = _hub_id(run.config().base)
    lines = [
        f"language: {json.dumps(languages)}",
        "library_name: sentence-transformers",
        "pipeline_tag: sentence-similarity",
        *([f"base_model: {hub_id}"] if hub_id else []),
        "tags: [film-search, reelign]",
    ]
    return "\n".join(["---", *lines, "---"])


def _hub_id(base: str) -> str:
    if base in PACKAGED:
        return PACKAGED[base].hub_id
    return "" if Path(base).expanduser().is_dir() else hub_id_of(base)


def _named(base: str) -> str:
    hub_id = _hub_id(base)
    return f"`{base}`" if hub_id in ("", base) else f"`{base}` ({hub_id})"


def _introduction(run: RunFolder, report: dict[str, Any]) -> str:
    base = _named(run.config().base)
    if report.get("alpha") == 0:
        why = report.get("verdict", "")
        return f"The strength chosen for the adapter is 0, so this **is** {base}, untuned. {why}".strip()
    return (
        f"A film retriever: {base} tuned with InfoNCE through LoRA on query-film pairs that curators judged (Wang et "
        "al. 2024, *Improving Text Embeddings with Large Language Models*)."
    )


def _use(embedder: Embedder, base_location: str, base: str) -> Iterable[str]:
    prompts = embedder.recipe.query_prompt, embedder.recipe.document_prompt
    query, document = (json.dumps(prompt, ensure_ascii=False) for prompt in prompts)
    yield "## Use"
    if base_location:
        yield (
            "This folder holds the adapter alone and needs the package `peft`. "
            + where_the_base_is(base, base_location)
        )
    if any(prompts):
        yield (
            f"Queries are encoded after the prompt `{query}`, films after `{document}`; without them the vectors are "
            "others."
        )
    yield (
        f"Vectors have {embedder.dimension} dimensions and norm 1, so their inner product is the cosine. "
        f"Texts are cut at {embedder.max_length} tokens."
    )
    yield _code(
        "from sentence_transformers import SentenceTransformer",
        "",
        f'model = SentenceTransformer("{FOLDER}")',
        'queries = model.encode(["비 오는 날 혼자 보기 좋은 영화", "a heist that goes wrong"], prompt_name="query")',
        f'films = model.encode(["{document_text(FILM)}"], prompt_name="document")',
    )
    yield "Give films in that form: it is the one they were trained in. With FAISS:"
    yield _code(
        "import faiss",
        "",
        "index = faiss.IndexFlatIP(films.shape[1])",
        "index.add(films)",
        "scores, rows = index.search(queries, 10)",
    )
    if any(prompts):
        yield "LangChain uses no prompt unless told to, and LlamaIndex replaces those of the folder by empty ones. So:"
    else:
        yield "With LangChain and with LlamaIndex:"
    yield _code(
        "from langchain_huggingface import HuggingFaceEmbeddings",
        "",
        "embedder = HuggingFaceEmbeddings(",
        f'    model_name="{FOLDER}",',
        '    encode_kwargs={"prompt_name": "document"},',
        '    query_encode_kwargs={"prompt_name": "query"},',
        ")",
    )
    yield _code(
        "from llama_index.embeddings.huggingface import HuggingFaceEmbedding",
        "",
        "embedder = HuggingFaceEmbedding(",
        f'    model_name="{FOLDER}",',
        f"    query_instruction={query},",
        f"    text_instruction={document},",
        ")",
    )


def _serving(embedder: Embedder, base_location: str) -> str:
    recipe = replace(embedder.recipe, max_length=embedder.max_length)
    form = "adapter" if base_location else "merged"
    return launch_section(launches(recipe, FOLDER, family=model_type(embedder.model), form=form))


def _data(report: dict[str, Any], snapshot: Snapshot) -> Iterable[str]:
    yield "## Data"
    yield _table(
        ["split", "queries", "positive pairs", "negative pairs"],
        [[split.value, *_sizes(snapshot, split)] for split in Split],
    )
    if report.get("dev_from_train"):
        yield f"{report.get('dev_queries')} of the train queries were set aside as dev queries."
    yield _table(
        ["", "sha256"],
        [
            ["labels (snapshot)", f"`{snapshot.fingerprint}`"],
            ["catalogue", f"`{report.get('catalog', 'not recorded')}`"],
        ],
    )


def _sizes(snapshot: Snapshot, split: Split) -> list[str]:
    grades = [grade for films in snapshot.qrels(split).values() for grade in films.values()]
    positive = sum(grade > 0 for grade in grades)
    return [str(len(snapshot.queries(split))), str(positive), str(len(grades) - positive)]


def _training(run: RunFolder, report: dict[str, Any]) -> Iterable[str]:
    settings = run.config().model_dump()
    # What was left to the trainer is in the report, under the setting's name.
    rows = [[name, str(report.get(name, "default") if value is None else value)] for name, value in settings.items()]
    facts = {
        "epoch": "epoch kept",
        "steps": "steps",
        "seconds": "seconds of training",
        "mined": "mined negatives",
        "synthetic": "synthetic pairs, which no curator judged",
        "device": "computed on",
        "precision": "precision",
        "layers": "adapted layers",
        "alpha": "strength of the adapter, chosen on dev",
    }
    rows += [[label, str(report[name])] for name, label in facts.items() if name in report]
    yield "## Training"
    yield _table(["setting", "value"], rows)
    if proof := report.get("proof"):
        yield (
            "Checked after the training, as the lowest cosine over fixed texts: "
            f"base and tuned {proof['base_tuned']:.4f} (they differ), adapter and merged weights "
            f"{proof['adapter_merged']:.6f}, merged and re-opened in a fresh process {proof['merged_reopened']:.6f}."
        )


def _figures(report: dict[str, Any], workspace: Workspace) -> Iterable[str]:
    yield "## Figures"
    yield from _dev_figures(report)
    name = report.get("comparison")
    if name is None:
        yield "It was not compared with its base on test queries."
        return
    try:
        comparison = load_comparison(name, workspace)
    except EvaluationError:
        yield f"The comparison on test queries ({name}) is no longer kept."
        return
    yield (
        f"On {comparison.queries} {comparison.lineage.get('split')} queries, none of which trained: "
        f"{verdict_in_words(comparison.verdict)}"
    )
    yield _measures(comparison)
    yield (
        "The interval is the 95 % t interval of the mean difference; p is the paired sign-flip test's, after Holm's "
        "correction for all but nDCG@10."
    )


def _dev_figures(report: dict[str, Any]) -> Iterable[str]:
    dev, titles = report.get("dev") or {}, report.get("titles") or {}
    if dev.get("base") is None or dev.get("tuned") is None:
        yield "There were no dev queries: neither epoch nor strength was chosen on any."
        return
    folds = report.get("folds")
    where = f"and, in {folds} folds, on train queries that the fold had set aside" if folds else ""
    yield (
        f"On dev queries{where and ' ' + where}: nDCG@10 {dev['base']:.4f} (base), {dev['tuned']:.4f} (tuned). They "
        "chose epoch and strength, so they flatter the tuned model; take the test queries for a decision."
    )
    if titles.get("base") is not None and titles.get("tuned") is not None:
        yield (
            "Films searched by their own title, which nobody labelled, mean reciprocal rank: "
            f"{titles['base']:.4f} (base), {titles['tuned']:.4f} (tuned)."
        )


def _measures(comparison: Comparison) -> str:
    rows = []
    for name in MEASURES:
        measure = comparison.measures[name]
        interval = "–" if measure.ci is None else f"{measure.ci[0]:+.4f} to {measure.ci[1]:+.4f}"
        p = "–" if measure.p_adjusted is None else f"{measure.p_adjusted:.4f}"
        rows.append([name, f"{measure.base:.4f}", f"{measure.tuned:.4f}", f"{measure.delta:+.4f}", interval, p])
    return _table(["measure", "base", "tuned", "difference", "95 % interval", "p"], rows)


def _limits(run: RunFolder, embedder: Embedder, snapshot: Snapshot) -> Iterable[str]:
    languages: dict[str, int] = {}
    for query_id in snapshot.queries(Split.TRAIN):
        language = next(row.lang for row in snapshot.rows if row.query_id == query_id) or "unknown"
        languages[language] = languages.get(language, 0) + 1
    counts = ", ".join(f"{language} {count}" for language, count in sorted(languages.items()))
    config = run.config()
    yield "## Limits"
    yield (
        f"Trained on the judgments of one team about one catalogue of films, with queries by language: {counts}. Other "
        "languages, kinds of text and tasks were neither trained nor measured, and may have become worse than with the "
        f"base. While training, texts were cut at {min(config.max_length, embedder.max_length)} tokens."
    )
    yield f"The base, {_named(config.base)}, keeps its own licence, and these weights are made from its weights."


def _code(*lines: str) -> str:
    return "\n".join(["```python", *lines, "```"])


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
