"""Ask a fitted model about your own digits: pictures, folders of them, IDX, CSV and npz files."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tqdm import tqdm

from stages.core.errors import UserError
from stages.core.files import new_file
from stages.serving.answers import Wish, is_rejected, lines, writer
from stages.serving.batches import STDIN, Batch, Source, batches, open_sources, pages
from stages.serving.pages import draw_page, require_pages
from stages.serving.scorer import Scorer, open_scorer

SHOWN = 3  # blank pictures that a warning names


def predict(
    names: list[str],
    family: str,
    kind: str = "csv",
    output: Path | None = None,
    top: int | None = None,
    reject: float | None = None,
    label: str | int = "label",
    many: bool = False,
) -> None:
    """Write a line of that kind (csv, jsonl) for each digit of the sources; raises `UserError`.

    They go to `output`, or else to standard output. `label`: a CSV's column to be left aside;
    `many`: pictures show many digits, and are written with the answers; for `top` and `reject` see
    `Wish`.
    """
    if names.count(STDIN) > 1:
        raise UserError("standard input (-) can be named only once")
    sources = open_sources(names, label)
    if output and output.resolve() in {Path(source.name).resolve() for source in sources}:
        raise UserError(f"--output: {output} is one of the sources and would be lost")
    if many:
        require_pages(sources)
    scorer = open_scorer(family)
    asked = wish(scorer, top, reject)
    try:
        rejected = answer(sources, scorer, asked, kind, output, many)
    except BrokenPipeError:  # whoever read standard output, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    if reject is not None:
        print(f"rejected: {rejected} digits below {reject}", file=sys.stderr)


def wish(scorer: Scorer, top: int | None, reject: float | None) -> Wish:
    """What is asked for, checked against what the model can answer."""
    classes = len(scorer.classes)
    if top is not None and not 1 <= top <= classes:
        raise UserError(f"--top: got {top}, expected 1 to {classes}, the number of classes")
    if reject is not None and not 0 <= reject <= 1:
        raise UserError(f"--reject: got {reject}, expected a probability from 0 to 1")
    if reject is not None and not scorer.probabilities:
        raise UserError(
            f"--reject: {scorer.name} gives scores that are no probabilities; leave it out "
            "or name another --family"
        )
    return Wish(top, reject, "probability" if scorer.probabilities else "score")


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


def progress(sources: list[Source], output: Path | None) -> tqdm:
    """A bar on stderr where that is a terminal which the lines do not run over."""
    counts = [source.count for source in sources]
    hidden = not sys.stderr.isatty() or (output is None and sys.stdout.isatty())
    total = None if None in counts else sum(counts)
    return tqdm(total=total, unit=" digits", disable=hidden, file=sys.stderr)


def answer(
    sources: list[Source], scorer: Scorer, asked: Wish, kind: str, output: Path | None, many: bool
) -> int:
    """Write a line for each digit; returns how many were rejected."""
    rejected = 0
    with destination(output) as stream, progress(sources, output) as bar:
        write = None  # nor a header, while the first batch may still be refused
        for batch in pages(sources) if many else batches(sources):
            told = list(lines(batch, scorer.score(batch.images), scorer.classes, asked))
            write = write or writer(kind, stream, asked.columns)
            for line in told:
                write(line)
                rejected += is_rejected(line, asked)
            stream.flush()
            warn_of_blank(batch)
            if batch.page and batch.page.boxes:
                labels = [line[asked.columns[1]] for line in told]
                path = draw_page(batch.page, labels, batch.notes)
                tqdm.write(f"{batch.page.name}: {len(told)} digits; see {path}", file=sys.stderr)
            bar.update(1 if many else len(batch.names))
    return rejected


def warn_of_blank(batch: Batch) -> None:
    """One line on stderr for a batch with blank digits, around the progress bar."""
    blank = [name for name, none in zip(batch.names, batch.blank, strict=True) if none]
    if blank:
        more = f" and {len(blank) - SHOWN} more" if len(blank) > SHOWN else ""
        told = f"warning: {', '.join(blank[:SHOWN])}{more}: blank, no digit to be seen"
        tqdm.write(told, file=sys.stderr)
