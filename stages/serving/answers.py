"""Predictions as lines of CSV or JSON: what each digit is taken for, and how surely."""

import csv
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TextIO

import numpy as np

from stages.core.scores import DIGITS
from stages.serving.batches import Batch

Line = dict[str, Any]


class Wish(NamedTuple):
    """`top`: how many classes to name, None for the best and its runner-up; `reject`: the least
    probability with which a label is given, if any; `measure`: what the scores are called."""

    top: int | None
    reject: float | None
    measure: str

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The columns (label, probability) from the best class on."""
        if self.top is None:
            return [("label", self.measure), ("runner_up", f"runner_up_{self.measure}")]
        return [(f"label_{n}", f"{self.measure}_{n}") for n in range(1, self.top + 1)]

    @property
    def columns(self) -> list[str]:
        """All columns of a line."""
        return ["source", *(name for pair in self.pairs for name in pair)]


def lines(batch: Batch, scores: np.ndarray, classes: list[str], wish: Wish) -> Iterator[Line]:
    """A line for each digit; one that is blank has nothing but its source.

    Classes of equal score come in their own order, as arg-max takes them.
    """
    order = np.argsort(-scores, axis=1, kind="stable")[:, : len(wish.pairs)]
    best = np.take_along_axis(scores, order, axis=1)
    for name, blank, labels, values in zip(batch.names, batch.blank, order, best, strict=True):
        line = dict.fromkeys(wish.columns) | {"source": name}
        if not blank:
            for (label, measure), which, value in zip(wish.pairs, labels, values, strict=True):
                line[label], line[measure] = classes[which], round(float(value), DIGITS)
            if is_rejected(line, wish):
                line[wish.pairs[0][0]] = None
        yield line


def is_rejected(line: Line, wish: Wish) -> bool:
    """Whether its probability, as it is written, is too small."""
    value = line[wish.pairs[0][1]]
    return wish.reject is not None and value is not None and value < wish.reject


def writer(kind: str, stream: TextIO, columns: list[str]) -> Callable[[Line], Any]:
    """What writes a line of that format; a CSV's header is written at once."""
    if kind == "jsonl":
        return lambda line: stream.write(json.dumps(line) + "\n")
    table = csv.DictWriter(stream, columns, lineterminator="\n")
    table.writeheader()
    return table.writerow
