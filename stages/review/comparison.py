"""The workspace and a base, with what each family has become from the one to the other."""

from typing import NamedTuple

import pandas as pd
from dvc.exceptions import DvcException

from stages.comparing.verdicts import judge
from stages.core.errors import UserError
from stages.review.recorded import Recorded, read_recorded, right_answers, why_incomparable
from stages.review.revisions import Revision, base_of, workspace


class Comparison(NamedTuple):
    """Two revisions and what they record; `verdicts` as `judge` makes them, with no line where
    `why_not` says why the accuracies cannot be compared."""

    base: Revision
    head: Revision
    before: Recorded
    after: Recorded
    verdicts: pd.DataFrame
    why_not: str


def compare_with(name: str, remote: bool = False) -> Comparison:
    """The workspace against the base that it has in common with the revision `name`.

    Predictions come from the workspace and DVC's cache; with `remote`, what these lack is read
    from the default remote. Raises `UserError`.
    """
    base, head, rights = base_of(name, remote), workspace(remote), ({}, {})
    try:
        before, after = read_recorded(base.files), read_recorded(head.files)
        why_not = why_incomparable(before, after)
        if not why_not:
            rights = right_answers(base.files, before), right_answers(head.files, after)
    except ImportError as error:  # of the package for this kind of remote
        raise UserError(f"--remote: {error}") from None
    except DvcException as error:
        raise UserError(f"DVC cannot read {name} or the workspace: {error}") from None
    return Comparison(base, head, before, after, judge(before, after, rights, why_not), why_not)
