"""An exported graph at work: ``tokenizers`` and the runtime alone, neither torch nor anything of Reelign's models.

Also a process of its own, by which an export is opened again: ``python -m core.handover.runtime FOLDER TEXTS.json
VECTORS.npy``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import HandoverError, ReelignError
from core.files import read_json
from core.handover.needed import in_a_line, needed

ONNX_FILE = "onnx/model.onnx"
OPENVINO_FILE = "openvino/openvino_model.xml"
VECTORS = "sentence_embedding"
TEXTS_AT_ONCE = 16
Infer = Callable[[dict[str, NDArray[np.int64]]], NDArray[np.float32]]


class Graph:
    """An export that is open: texts with their prompts in, unit vectors out."""

    def __init__(self, folder: Path) -> None:
        """Open the tokenizer and the graph in a folder, on the CPU.

        Raises:
            HandoverError: the runtime is not installed, or the folder holds no graph that it can open.
        """
        tokenizers = needed("tokenizers")
        try:
            self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._infer = _onnx(folder) if (folder / ONNX_FILE).is_file() else _openvino(folder)
        except ReelignError:
            raise
        except Exception as reason:  # each runtime has errors of its own
            raise HandoverError(f"{folder} cannot be opened: {in_a_line(reason)}. Export it again.") from reason

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts that have their prompts, (texts, dimension); those of like length together."""
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        found: dict[int, NDArray[np.float32]] = {}
        for start in range(0, len(order), TEXTS_AT_ONCE):
            positions = order[start : start + TEXTS_AT_ONCE]
            rows = self._tokenizer.encode_batch([texts[position] for position in positions])
            ids = np.array([row.ids for row in rows], np.int64)
            mask = np.array([row.attention_mask for row in rows], np.int64)
            vectors = self._infer({"input_ids": ids, "attention_mask": mask})
            found |= zip(positions, vectors, strict=True)
        return np.stack([found[position] for position in range(len(texts))])


def _onnx(folder: Path) -> Infer:
    runtime = needed("onnxruntime")
    session = runtime.InferenceSession(str(folder / ONNX_FILE), providers=["CPUExecutionProvider"])
    return lambda given: np.asarray(session.run([VECTORS], given)[0])


def _openvino(folder: Path) -> Infer:
    openvino = needed("openvino")
    # Else it computes in bfloat16 where the CPU has it, and differs from machine to machine.
    compiled = openvino.Core().compile_model(folder / OPENVINO_FILE, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    request, output = compiled.create_infer_request(), compiled.output(VECTORS)
    return lambda given: np.array(request.infer(given)[output])


def main(folder: str, texts: str, vectors: str) -> None:
    """Write the vectors of the texts in a file; end with one line on standard error where that cannot be."""
    try:
        np.save(vectors, Graph(Path(folder)).encode(read_json(Path(texts), HandoverError)))
    except ReelignError as reason:
        sys.exit(str(reason))
    print(json.dumps({"torch": "torch" in sys.modules}))


if __name__ == "__main__":
    main(*sys.argv[1:])
