"""A fitted model, the scaling of its pixels inside, as one ONNX file.

The file takes `images`, uint8 (n, 28, 28), and gives `probabilities` (`scores` where the family has
none), float32 (n, classes), and `label`, int64 (n,). Its metadata say what it is and how good.
"""

from importlib import import_module
from pathlib import Path

import numpy as np
from onnx import ModelProto, helper, save_model
from onnxruntime import InferenceSession, SessionOptions

from stages.core.errors import UserError
from stages.core.files import new_file
from stages.core.paths import ENSEMBLE, TEST
from stages.core.rows import load_rows
from stages.fitting.family import OpenFamily
from stages.fitting.machine import threads
from stages.serving.onnx_graph import IMAGES
from stages.serving.onnx_metadata import PIPELINE, metadata
from stages.serving.saved import Saved, find_saved, load_saved

ONNX = Path("data/onnx")
EXPORTERS = Path(__file__).parent / "exporters"
ASKED = 1000  # test digits on which the file has to answer as the model does
TOLERANCE = 1e-4


def export(name: str, output: Path | None = None) -> None:
    """Write the file of the family `name`, or `final`, and say how it compares with the model.

    `output` is else `data/onnx/NAME.onnx`. Raises `UserError` and leaves no file where it would
    answer differently.
    """
    output = output or ONNX / f"{name}.onnx"
    if output.exists() and not output.is_file():
        raise UserError(f"{output}: is no regular file, expected a file's name")
    if name == ENSEMBLE.name:
        raise UserError("ensemble: has no model of its own to convert; export its members")
    require_converter(find_saved(name)[0])  # before any weights are read
    if not TEST.exists():
        raise UserError(f"{TEST}: not there yet; make it: dvc repro split")
    saved, images = load_saved(name), load_rows(TEST).images
    images = np.ascontiguousarray(images[:: max(1, len(images) // ASKED)][:ASKED])
    try:
        worst, other = write_checked(to_onnx(saved, name), output, images, saved.score(images))
    except OSError as error:
        raise UserError(f"{output}: cannot be written: {error}") from None
    print(
        f"{output}: {output.stat().st_size / 1e6:.2f} MB; on {len(images)} test digits "
        f"{other} labels differ from the model's, scores by at most {worst:.1g}"
    )


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
) -> tuple[float, int]:
    """Write the file if it answers the images (n, 28, 28) with the expected scores (n, classes).

    Returns how far scores are off, and how many labels differ, as `compare` does.
    """
    with new_file(output) as temporary:
        save_model(model, temporary)
        worst, other, ties = compare(*ask(open_onnx(temporary), images), expected)
        if not (worst <= TOLERANCE and other == ties):
            raise UserError(
                f"{output}: not written: of {len(images)} digits {other} have another label than "
                f"the model's ({ties} of them ties) and scores differ by up to {worst:.2g}; "
                f"expected the same labels and at most {TOLERANCE:g}"
            )
    return worst, other


def open_onnx(path: Path, cores: int | None = None) -> InferenceSession:
    """The file, ready to be asked; a call uses so many cores, or else `threads()`."""
    options = SessionOptions()
    options.intra_op_num_threads = cores or threads()
    options.log_severity_level = 3  # errors only
    return InferenceSession(path, options, providers=["CPUExecutionProvider"])


def ask(session: InferenceSession, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores, float32 (n, classes), and labels, int64 (n,), for uint8 images (n, 28, 28)."""
    scores, labels = session.run(None, {IMAGES: np.ascontiguousarray(images)})
    return scores, labels


def compare(scores: np.ndarray, labels: np.ndarray, expected: np.ndarray) -> tuple[float, int, int]:
    """Scores (n, classes) and labels (n,) against the expected scores: the greatest difference,
    relative to those beyond 1; how many labels differ; how many of these are ties.

    Each of two scores may be off by the tolerance: closer together, either label is as good.
    """
    sizes = np.maximum(1, np.abs(expected))
    gaps = np.abs(scores - expected) / sizes
    other = labels != expected.argmax(axis=1)
    given = np.take_along_axis(expected, labels[:, None], axis=1)[:, 0]
    ties = other & (expected.max(axis=1) - given <= 2 * TOLERANCE * sizes.max(axis=1))
    return float(gaps.max()), int(other.sum()), int(ties.sum())
