"""`python -m stages.serving.export`: a fitted model, its preprocessing inside, as one ONNX file.

The file takes `images`, uint8 (n, 28, 28), and gives `probabilities` (`scores` where the family has
none), float32 (n, classes), and `label`, int64 (n,). Its metadata say what it is and how good.
"""

import argparse
from importlib import import_module
from pathlib import Path

import numpy as np
from onnx import ModelProto, helper, save_model

from stages.core.errors import UserError, run
from stages.core.files import new_file
from stages.core.paths import FINAL, TEST
from stages.core.rows import load_rows
from stages.frameworks.contract import HERE, OpenFamily
from stages.serving.onnx_metadata import PIPELINE, metadata
from stages.serving.onnx_runtime import Comparison, ask, compare, open_onnx
from stages.serving.saved import find_saved, load_saved

ONNX = Path("data/onnx")
ASKED = 1000  # test digits on which the file has to answer as the model does
TOLERANCE = 1e-4
TIES = 1  # so many digits may have two labels that only rounding tells apart


def require_converter(family: OpenFamily) -> str:
    """The framework's name; raises `UserError` for what cannot be converted."""
    name = family.framework.__name__.rsplit(".", 1)[-1]
    if not (HERE / "exporters" / f"{name}.py").exists():
        raise UserError(f"{family.name}: there is no ONNX converter for {name}")
    if family.preprocess:
        raise UserError(
            f"{family.name}: preprocess is {family.preprocess}, expected none: ONNX has no such "
            f"steps, and without them the model would answer differently"
        )
    return name


def export(name: str, output: Path) -> tuple[Comparison, int]:
    """Write the file, or raise `UserError` and leave none.

    How it compares with the model that it was made from, and on how many digits.
    """
    source = find_saved(name)
    framework = require_converter(source.family)  # before any weights are read
    if not TEST.exists():
        raise UserError(f"{TEST}: not there yet; make it: dvc repro split")
    saved = load_saved(source)
    # Imported after the framework's own file, which has its library's settings.
    converted = import_module(f"stages.exporters.{framework}").to_onnx(saved.model)
    converted.producer_name = PIPELINE
    told = metadata(name, source.family.name, framework, source.classes)
    helper.set_model_props(converted, told)
    images = load_rows(TEST).images
    images = np.ascontiguousarray(images[:: max(1, len(images) // ASKED)][:ASKED])
    try:
        return write_checked(converted, output, images, saved.score(images)), len(images)
    except OSError as error:
        raise UserError(f"{output}: cannot be written: {error}") from None


def write_checked(
    model: ModelProto, output: Path, images: np.ndarray, expected: np.ndarray
) -> Comparison:
    """Write the file if it answers the images (n, 28, 28) with the expected scores (n, classes)."""
    with new_file(output) as temporary:
        save_model(model, temporary)
        found = compare(*ask(open_onnx(temporary), images), expected, TOLERANCE)
        if not (found.worst <= TOLERANCE and found.other == found.ties <= TIES):
            raise UserError(
                f"{output}: not written: of {len(images)} digits {found.other} have another label "
                f"than the model's ({found.ties} of them ties) and scores differ by up to "
                f"{found.worst:.2g}; expected the same labels and at most {TOLERANCE:g}"
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m stages.serving.export", description=__doc__)
    parser.add_argument("--family", default=FINAL.name, help="a family of params.yaml, or final")
    parser.add_argument("--output", type=Path, help="default: data/onnx/FAMILY.onnx")
    arguments = parser.parse_args()
    output = arguments.output or ONNX / f"{arguments.family}.onnx"
    found, digits = export(arguments.family, output)
    print(
        f"{output}: {output.stat().st_size / 1e6:.2f} MB; on {digits} test digits {found.other} "
        f"labels differ from the model's, scores by at most {found.worst:.1g}"
    )


if __name__ == "__main__":
    run(main)
