"""ONNX files, asked with onnxruntime on this machine's cores."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from onnxruntime import InferenceSession, SessionOptions

from stages.fitting.machine import threads
from stages.serving.onnx_graph import IMAGES

ERRORS_ONLY = 3


class Comparison(NamedTuple):
    """`worst`: the greatest difference of two scores, relative where they are beyond 1.

    `other`: digits with another label; `ties`: those of them whose two labels are as good.
    """

    worst: float
    other: int
    ties: int


def open_onnx(path: Path, cores: int | None = None) -> InferenceSession:
    """The file, ready to be asked; a call uses so many cores, or else `threads()`."""
    options = SessionOptions()
    options.intra_op_num_threads = cores or threads()
    options.log_severity_level = ERRORS_ONLY
    return InferenceSession(path, options, providers=["CPUExecutionProvider"])


def ask(session: InferenceSession, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores, float32 (n, classes), and labels, int64 (n,), for uint8 images (n, 28, 28)."""
    scores, labels = session.run(None, {IMAGES: np.ascontiguousarray(images)})
    return scores, labels


def compare(
    scores: np.ndarray, labels: np.ndarray, expected: np.ndarray, tolerance: float
) -> Comparison:
    """Scores (n, classes) and labels (n,) against the expected scores.

    Each of two scores may be off by the tolerance: closer together, either label is as good.
    """
    sizes = np.maximum(1, np.abs(expected))
    gaps = np.abs(scores - expected) / sizes
    other = labels != expected.argmax(axis=1)
    given = np.take_along_axis(expected, labels[:, None], axis=1)[:, 0]
    ties = other & (expected.max(axis=1) - given <= 2 * tolerance * sizes.max(axis=1))
    return Comparison(float(gaps.max()), int(other.sum()), int(ties.sum()))
