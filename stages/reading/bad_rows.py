"""Rows and pictures that cannot be used: told in one message, or left out where that was asked."""

import sys
from collections.abc import Iterator

from stages.core.errors import UserError
from stages.reading.row_files import Labelled, Part

TOLD = 10  # of them, each with its fault
ENOUGH = 1000  # of them, after which nothing more is read


def good_rows(part: Part, skip_bad: bool) -> Iterator[Labelled]:
    """The part's chunks, to their end; then what is wrong with its bad rows, if it has any.

    Raises that as a `UserError`, or says on stderr that they were left out: but never of the part
    `unlabelled`, whose rows are numbered in what is submitted.
    """
    skip_bad &= part.name != "unlabelled"
    count, told = 0, []
    for chunk in part.chunks:
        count, told = _more(part, count, told)
        if count >= ENOUGH and not skip_bad:
            raise UserError(f"{part.where}: at least {_said(count, told)}")
        yield chunk
    count, told = _more(part, count, told)
    if count == 1 and not skip_bad:
        raise UserError(told[0])
    if count and not skip_bad:
        raise UserError(
            f"{part.where}: {_said(count, told)}. Mend them, or have those with labels left out: "
            "download.skip_bad in params.yaml"
        )
    if count:
        print(f"{part.where}: left out {_said(count, told)}", file=sys.stderr)


def _said(count: int, told: list[str]) -> str:
    return f"{count:,} bad row(s): {'; '.join(told)}{'; …' if count > TOLD else ''}"


def _more(part: Part, count: int, told: list[str]) -> tuple[int, list[str]]:
    """With what the reader has found since."""
    count, told = count + len(part.bad), [*told, *part.bad][:TOLD]
    if part.bad:
        part.bad.clear()
    return count, told
