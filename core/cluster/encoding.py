"""Encoding a catalogue on a cluster: Ray Data feeds a pool of embedders, and this process keeps their vectors.

Only texts that the vector cache does not know are sent. Vectors come back as they are made and are written as shards
of the cache, so that whatever is opened afterwards finds them, and what was made before a fault is not made again. A
lost worker is started again by Ray, and its texts are given to another.

On the CPU the number format is the asking process's, whatever the node would have chosen. Vectors are those of a single
process to 1e-6 an element in float32, and to 1e-2 in bfloat16, which rounds by the company that a text is in; on a GPU
they are what they would be on that GPU without a cluster.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.cluster.address import joined
from core.errors import ClusterError, ModelError
from core.models.adapter import SETTINGS, WEIGHTS
from core.models.loading import adapter_folder, load_embedder
from core.models.recipe import RECIPE_FILE
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.models.device import Compute
    from core.models.embedder import Embedder, Progress

TEXTS_A_TASK = 256  # a lost worker loses no more; more would leave the last ones waiting for one another
CPUS_A_WORKER = 4  # of larger nodes; a small model gains little from more threads
WORKERS_A_GPU = 2  # one tokenizes while the other computes
SMALL_MODEL = 4 << 30  # bytes of weights up to which two share a GPU
ON_THE_HEAD = {
    "node:__internal_head__": 0.001
}  # Ray's own name for it; what leads is not to be lost with a worker's node


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker needs to be the same embedder as the one that asks.

    Attributes:
        name: of the model, where it has no adapter.
        adapter: the files of an adapter by name, sent along: nodes need not share a disk.
        fingerprint: of what encodes documents; a worker whose embedder has another refuses.
        compute: of the asking process.
        size: of the weights, in bytes.
    """

    name: str
    adapter: dict[str, bytes]
    fingerprint: str
    compute: Compute
    size: int

    @classmethod
    def of(cls, embedder: Embedder, name: str, workspace: Workspace) -> Order:
        folder = adapter_folder(name, workspace)
        files = (folder / file for file in (WEIGHTS, SETTINGS, RECIPE_FILE)) if folder else ()
        adapter = {path.name: path.read_bytes() for path in files if path.is_file()}
        size = sum(weight.nbytes for weight in embedder.model.parameters())
        return cls(name, adapter, embedder.document_fingerprint, embedder.compute, size)

    def embedder(self, device: str) -> Embedder:
        """Load the embedder on this node, packaged models from this node's own packages.

        Raises:
            ClusterError: the model is not here, or is another one.
        """
        node = Workspace(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "reelign")
        with tempfile.TemporaryDirectory() as nowhere:
            for file, content in self.adapter.items():
                (Path(nowhere) / file).write_bytes(content)
            try:
                loaded = load_embedder(nowhere if self.adapter else self.name, node, device=device)
            except ModelError as reason:
                raise ClusterError(
                    f"Node {os.uname().nodename}: {reason} Every node needs the model: its package, the Hub, or its "
                    "folder at the same path."
                ) from None
        embedder = loaded.documents or loaded
        if embedder.fingerprint != self.fingerprint:
            raise ClusterError(
                f"Node {os.uname().nodename} has another '{self.name}' than this machine; its vectors would not fit. "
                "Install the same packages, or the same folder, on every node."
            )
        if device == "cpu" and self.compute.device == "cpu":
            embedder.compute = self.compute
        return embedder.without_cache()


class Worker:
    """One embedder of the pool."""

    def __init__(self, order: Order, device: str) -> None:
        self.embedder = order.embedder(device)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Encode the texts of a task."""
        return {"row": batch["row"], "vector": self.embedder.encode([str(text) for text in batch["text"]], "document")}


class Pool:
    """The pipeline, itself on the cluster: Ray Data cannot be driven from a Ray client."""

    def __init__(self, texts: Sequence[str], order: Order, workers: int, share: dict[str, Any]) -> None:
        import pyarrow as pa
        import ray.data

        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        longest = sorted(range(len(texts)), key=lambda row: -len(texts[row]))  # like with like, and the long ones first
        starts = range(0, len(texts), TEXTS_A_TASK)
        tasks = [longest[start : start + TEXTS_A_TASK] for start in starts]
        blocks = [pa.table({"row": rows, "text": [texts[row] for row in rows]}) for rows in tasks]
        encoded = ray.data.from_arrow(blocks).map_batches(
            Worker,
            batch_size=None,
            fn_constructor_args=(order, "cuda" if share.get("num_gpus") else "cpu"),
            compute=ray.data.ActorPoolStrategy(
                min_size=1, max_size=workers, initial_size=workers, max_tasks_in_flight_per_actor=2
            ),
            **share,
        )
        self._batches = iter(encoded.iter_batches(batch_size=None, prefetch_batches=1))

    def next(self) -> dict[str, Any] | None:
        """Return the next rows and their vectors, ``None`` after the last."""
        batch = next(self._batches, None)
        return None if batch is None else {"row": batch["row"], "vector": np.stack(list(batch["vector"]))}


def encode_on(
    address: str,
    models: Sequence[str],
    texts: Sequence[str],
    workspace: Workspace,
    *,
    device: str = "auto",
    workers: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Encode film texts with each model on a cluster, and keep the vectors in the workspace's cache.

    Args:
        models: names as ``load_embedder`` takes them.
        workers: embedders at once; by default what the cluster has room for.

    Raises:
        ClusterError: the cluster cannot be joined, or a node cannot do its part.
        ModelError: a model cannot be loaded here.
    """
    for name in models:
        embedder = load_embedder(name, workspace, device=device)
        unknown = embedder.unknown(texts, "document")
        if not unknown:
            continue
        with joined(address, workers) as ray:
            done = 0
            for rows, vectors in _streamed(ray, Order.of(embedder, name, workspace), unknown, device, workers):
                embedder.keep([unknown[row] for row in rows], vectors, "document")
                done += len(rows)
                if progress:
                    progress(done, len(unknown))


def _streamed(
    ray: Any, order: Order, texts: Sequence[str], device: str, workers: int | None
) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
    share, room = _room(ray.cluster_resources(), ray.nodes(), order, device, workers)
    tasks = -(-len(texts) // TEXTS_A_TASK)
    pool = ray.remote(num_cpus=0, resources=ON_THE_HEAD)(Pool).remote(texts, order, min(workers or room, tasks), share)
    try:
        batch = ray.get(pool.next.remote())
        while batch is not None:
            following = pool.next.remote()  # made while this one is written
            yield [int(row) for row in batch["row"]], np.asarray(batch["vector"], np.float32)
            batch = ray.get(following)
    except ray.exceptions.RayError as reason:
        raise ClusterError(in_words(reason)) from reason


def _room(
    resources: dict[str, float], nodes: Sequence[dict[str, Any]], order: Order, device: str, workers: int | None
) -> tuple[dict[str, Any], int]:
    """Return what each worker takes of a cluster, in Ray's words, and how many it has room for."""
    gpus = resources.get("GPU", 0)
    if device == "cuda" and not gpus:
        raise ClusterError("device is 'cuda', but the cluster has no GPU. Use 'auto' or 'cpu'.")
    if gpus and device != "cpu":
        part = 1 / WORKERS_A_GPU if order.size < SMALL_MODEL else 1.0
        return {"num_gpus": part, "num_cpus": 1}, max(1, int(gpus / part))
    sizes = [int(node["Resources"].get("CPU", 0)) for node in nodes if node["Alive"]]
    usable = [size for size in sizes if size > 0]
    if not usable:
        raise ClusterError("The cluster has neither CPUs nor GPUs to lend. Start a node with some.")
    each = min([CPUS_A_WORKER, *usable])
    if workers:
        each = max(1, min(each, sum(usable) // workers))
    return {"num_cpus": each}, sum(size // each for size in usable)


def in_words(reason: BaseException) -> str:
    """Return what went wrong on a node: our own sentence where it was one of ours, else the first line of Ray's."""
    lines = [line.strip() for line in str(reason).splitlines() if line.strip()]
    ours = [line.split(": ", 1)[1] for line in lines if line.startswith("core.errors.") and ": " in line]
    return ours[-1] if ours else f"Ray: {lines[0] if lines else type(reason).__name__}"
