"""Ask a fitted model about your own digits: pictures, folders of them, IDX, CSV and npz files."""

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tqdm import tqdm

from stages.core.errors import UserError
from stages.reading.row_files import Fit
from stages.serving.answers import Wish, destination, is_rejected, lines, writer
from stages.serving.averaging import mean_score
from stages.serving.batches import batches, few, open_sources, pages
from stages.serving.pages import draw_page, require_pages
from stages.serving.scorer import Scorer, open_scorer
from stages.serving.source import STDIN, Batch, Source

SHOWN = 3  # pictures that a message names


def predict(
    names: list[str],
    family: str,
    kind: str = "csv",
    output: Path | None = None,
    top: int | None = None,
    reject: float | None = None,
    label: str | int = "label",
    many: bool = False,
    average: bool = False,
    fit: Fit | None = None,
) -> None:
    """Write a line of that kind (csv, jsonl) for each digit of the sources; raises `UserError`.

    They go to `output`, or else to standard output. `label`: a CSV's column that is not used;
    `many`: pictures show many digits, and are written with the answers; for `average` see
    `mean_score`, for `top` and `reject` see `Wish`, for `fit` see `batches`. What could not be read
    of several sources is an error once all others have been answered.
    """
    if names.count(STDIN) > 1:
        raise UserError("standard input (-) can be named only once")
    sources = open_sources(names, label)
    if output and output.resolve() in {Path(source.name).resolve() for source in sources}:
        raise UserError(f"--output: {output} is one of the sources and would be lost")
    if many:
        if fit:
            raise UserError("--fit: got it with --many, which always cuts a page to its digits")
        require_pages(sources)
    scorer = open_scorer(family)
    asked = wish(scorer, top, reject)
    if average:
        scorer = scorer._replace(score=partial(mean_score, scorer.score))
    try:
        read = pages(sources) if many else batches(sources, fit)
        with progress(sources, output) as bar:
            rejected, unread = answer(read, scorer, asked, kind, output, bar)
    except BrokenPipeError:  # whoever read standard output, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    if reject is not None:
        print(f"rejected: {rejected} digits below {reject}", file=sys.stderr)
    if unread:
        told = f"{len(unread)} of {len(sources)} sources could not be read"
        raise UserError(f"{told}, and the note says why: {few(unread, SHOWN)}")


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


def progress(sources: list[Source], output: Path | None) -> tqdm:
    """A bar on stderr where that is a terminal which the lines do not run over."""
    counts = [source.count for source in sources]
    hidden = not sys.stderr.isatty() or (output is None and sys.stdout.isatty())
    total = None if None in counts else sum(counts)
    return tqdm(total=total, unit=" digits", disable=hidden, file=sys.stderr)


def answer(
    read: Iterator[Batch], scorer: Scorer, asked: Wish, kind: str, output: Path | None, bar: tqdm
) -> tuple[int, list[str]]:
    """Write a line for each digit; returns how many were rejected, and what could not be read."""
    rejected, unread = 0, []
    with destination(output) as stream:
        write = None  # nor a header, while the first batch may still be refused
        for batch in read:
            told = list(lines(batch, scorer.score(batch.images), scorer.classes, asked))
            write = write or writer(kind, stream, asked.columns)
            for line in told:
                write(line)
                rejected += is_rejected(line, asked)
            stream.flush()
            unread += batch.unread
            warn_of_blank(batch)
            if batch.page and batch.page.boxes:
                labels = [line[asked.columns[1]] for line in told]
                path = draw_page(batch.page, labels, batch.notes)
                faint = f" ({batch.page.faint} marks are too faint)" if batch.page.faint else ""
                line = f"{batch.page.name}: {len(told)} digits{faint}; see {path}"
                tqdm.write(line, file=sys.stderr)
            bar.update(1 if batch.page else len(batch.names))
    return rejected, unread


def warn_of_blank(batch: Batch) -> None:
    """One line on stderr for a batch with blank digits, around the progress bar."""
    rows = zip(batch.names, batch.blank, strict=True)
    blank = [name for name, none in rows if none and name not in batch.unread]
    if blank:
        tqdm.write(f"warning: {few(blank, SHOWN)}: blank, no digit to be seen", file=sys.stderr)
