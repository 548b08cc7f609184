"""A fitted model, the scaling of its pixels inside, as one ONNX file.

The file takes `images`, uint8 (n, 28, 28), and gives `probabilities` (`scores` where the family has
none), float32 (n, classes), and `label`, int64 (n,). Its metadata say what it is and how good.
"""

from importlib import import_module
from pathlib import Path

import numpy as np
from onnx import ModelProto, helper, save_model

from stages.core.errors import UserError
from stages.core.files import new_file
from stages.core.paths import TEST
from stages.core.rows import load_rows
from stages.fitting.family import OpenFamily
from stages.serving.onnx_metadata import PIPELINE, metadata
from stages.serving.onnx_runtime import Comparison, ask, compare, open_onnx
from stages.serving.saved import Saved, find_saved, load_saved

ONNX = Path("data/onnx")
EXPORTERS = Path(__file__).parent / "exporters"
ASKED = 1000  # test digits on which the file has to answer as the model does
TOLERANCE = 1e-4


def require_converter(family: OpenFamily) -> None:
    """Raise `UserError` for what cannot be converted."""
    framework, steps = family.block.framework, family.block.straighten
    if not (EXPORTERS / f"{framework}.py").exists():
        raise UserError(f"{family.name}: there is no ONNX converter for {framework}")
    if steps:
        raise UserError(
            f"{family.name}: straighten is {steps}, expected none: ONNX has no such steps, and "
            "without them the model would answer differently"
        )


def export(name: str, output: Path | None = None) -> None:
    """Write the file of the family `name`, or `final`, and say how it compares with the model.

    `output` is else `data/onnx/NAME.onnx`. Raises `UserError` and leaves no file where it would
    answer differently.
    """
    output = output or ONNX / f"{name}.onnx"
    require_converter(find_saved(name)[0])  # before any weights are read
    if not TEST.exists():
        raise UserError(f"{TEST}: not there yet; make it: dvc repro split")
    saved, images = load_saved(name), load_rows(TEST).images
    images = np.ascontiguousarray(images[:: max(1, len(images) // ASKED)][:ASKED])
    try:
        found = write_checked(to_onnx(saved, name), output, images, saved.score(images))
    except OSError as error:
        raise UserError(f"{output}: cannot be written: {error}") from None
    print(
        f"{output}: {output.stat().st_size / 1e6:.2f} MB; on {len(images)} test digits "
        f"{found.other} labels differ from the model's, scores by at most {found.worst:.1g}"
    )


def to_onnx(saved: Saved, name: str) -> ModelProto:
    """The model as a graph that says what it is."""
    family, framework = saved.family.name, saved.family.block.framework
    # Imported after the framework's own file, which has its library's settings.
    converted = import_module(f"stages.serving.exporters.{framework}").to_onnx(saved.model)
    converted.producer_name = PIPELINE
    helper.set_model_props(converted, metadata(name, family, framework, saved.classes))
    return converted


def write_checked(
    model: ModelProto, output: Path, images: np.ndarray, expected: np.ndarray
) -> Comparison:
    """Write the file if it answers the images (n, 28, 28) with the expected scores (n, classes)."""
    with new_file(output) as temporary:
        save_model(model, temporary)
        found = compare(*ask(open_onnx(temporary), images), expected, TOLERANCE)
        if not (found.worst <= TOLERANCE and found.other == found.ties):
            raise UserError(
                f"{output}: not written: of {len(images)} digits {found.other} have another label "
                f"than the model's ({found.ties} of them ties) and scores differ by up to "
                f"{found.worst:.2g}; expected the same labels and at most {TOLERANCE:g}"
            )
    return found
