"""The workspace and a base, with what each family has become from the one to the other."""

from typing import NamedTuple

import pandas as pd

from stages.common.recorded import (
    Recorded,
    predictions,
    read_recorded,
    right_answers,
    why_incomparable,
)
from stages.common.revisions import Revision, base_of, fetch, workspace
from stages.common.verdicts import judge


class Comparison(NamedTuple):
    """Two revisions and what they record; `verdicts` as `judge` makes them, with no line where
    `why_not` says why the accuracies cannot be compared."""

    base: Revision
    head: Revision
    before: Recorded
    after: Recorded
    verdicts: pd.DataFrame
    why_not: str


def compare_with(name: str, fetched: bool = False) -> Comparison:
    """The workspace against the base that it has in common with the revision `name`.

    `fetched`: bring the predictions of both from the default remote first. Raises `UserError`.
    """
    base, head = base_of(name), workspace()
    before, after = read_recorded(base.files), read_recorded(head.files)
    why_not = why_incomparable(before, after)
    if fetched and not why_not:
        for side, told in ((base, before), (head, after)):
            fetch(side, ["data/split/test", *map(predictions, told.scores)])
    rights = ({}, {})
    if not why_not:
        rights = right_answers(base.files, before), right_answers(head.files, after)
    return Comparison(base, head, before, after, judge(before, after, rights, why_not), why_not)
