"""A graph's form and the precision of its weights: ONNX or OpenVINO, float32 or 8 bits.

In 8 bits only the weights are rounded, each block or row by itself; what is computed stays float. Rounding activations
too (dynamic or post-training quantisation) loses more of the top tens: tests/bench/bench_handover.py prints both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from core.handover.graph import quiet
from core.handover.needed import needed
from core.handover.runtime import ONNX_FILE, OPENVINO_FILE

GraphForm = Literal["onnx", "openvino"]
Precision = Literal["float32", "int8"]
BLOCK = 128  # weights that share one scale


def write_form(graph: Path, form: GraphForm, precision: Precision, folder: Path) -> None:
    """Write a float32 ONNX graph into an export's folder in the form and precision wanted.

    Raises:
        HandoverError: a package that this needs is not installed.
    """
    with quiet("nncf", "onnxruntime", "onnx_ir"):
        if form == "openvino":
            _openvino(graph, precision, folder / OPENVINO_FILE)
        else:
            _onnx(graph, precision, folder / ONNX_FILE)


def _onnx(graph: Path, precision: Precision, path: Path) -> None:
    onnx = needed("onnx")
    path.parent.mkdir(parents=True)
    model = onnx.load(graph)
    if precision == "int8":
        needed("onnxruntime")
        quantization = needed("onnxruntime.quantization.matmul_nbits_quantizer")
        small = quantization.MatMulNBitsQuantizer(model, bits=8, block_size=BLOCK, is_symmetric=True)
        small.process()
        model = small.model.model
    onnx.save_model(model, path, save_as_external_data=True, all_tensors_to_one_file=True, location=f"{path.name}.data")


def _openvino(graph: Path, precision: Precision, path: Path) -> None:
    openvino = needed("openvino")
    path.parent.mkdir(parents=True)
    model = openvino.Core().read_model(graph)
    if precision == "int8":
        nncf = needed("nncf")
        model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_ASYM)
    openvino.save_model(model, path, compress_to_fp16=False)
