"""Predictions as lines of CSV or JSON: what each digit is taken for, and how surely."""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np

from stages.core.errors import UserError
from stages.core.files import new_file
from stages.core.scores import DIGITS
from stages.serving.source import Batch

Line = dict[str, Any]


class Wish(NamedTuple):
    """`top`: how many classes to name, None for the best and its runner-up; `reject`: the least
    probability with which a label is given, if any; `measure`: what the scores are called."""

    top: int | None
    reject: float | None
    measure: str

    @property
    def columns(self) -> list[str]:
        """The source, label and score of each class that is named, from the best on, the note."""
        named = [("label", self.measure)]
        if self.top is None:
            named.append(("runner_up", f"runner_up_{self.measure}"))
        else:
            named += [(f"label_{n}", f"{self.measure}_{n}") for n in range(2, self.top + 1)]
        return ["source", *chain(*named), "note"]


def lines(batch: Batch, scores: np.ndarray, classes: list[str], wish: Wish) -> Iterator[Line]:
    """A line for each digit; one that is blank has nothing but its source and note.

    Classes of equal score come in their own order, as arg-max takes them.
    """
    columns = wish.columns
    best = np.argsort(-scores, axis=1, kind="stable")[:, : len(columns) // 2 - 1]
    facts = zip(batch.names, batch.blank, batch.notes, best, scores, strict=True)
    for name, blank, note, order, row in facts:
        line = dict.fromkeys(columns) | {"source": name, "note": note or None}
        if not blank:
            named = ((classes[label], round(float(row[label]), DIGITS)) for label in order)
            line |= zip(columns[1:-1], chain(*named), strict=True)
            if is_rejected(line, wish):
                line[columns[1]] = None
        yield line


def is_rejected(line: Line, wish: Wish) -> bool:
    """Whether its probability, as it is written, is too small."""
    value = line[wish.columns[2]]
    return wish.reject is not None and value is not None and value < wish.reject


def writer(kind: str, stream: TextIO, columns: list[str]) -> Callable[[Line], Any]:
    """What writes a line of that format; a CSV's header is written at once."""
    if kind == "jsonl":
        return lambda line: stream.write(json.dumps(line) + "\n")
    table = csv.DictWriter(stream, columns, lineterminator="\n")
    table.writeheader()
    return table.writerow


@contextmanager
def destination(output: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that is there, whole, once the block has ended well."""
    if output is None and sys.stdout is None:
        raise UserError("standard output is closed; name a file: --output FILE")
    if output is None:
        sys.stdout.reconfigure(errors="surrogateescape")  # file names need not be UTF-8
        yield sys.stdout
        return
    if output.exists() and not output.is_file():
        what = "a folder" if output.is_dir() else "no regular file"
        raise UserError(f"--output: {output} is {what}, expected a file's name")
    try:
        with (
            new_file(output.resolve()) as temporary,  # what a link leads to, not the link
            temporary.open("w", encoding="utf-8", errors="surrogateescape") as stream,
        ):
            yield stream
    except OSError as error:
        raise UserError(f"--output: {output} cannot be written: {error.strerror}") from None
