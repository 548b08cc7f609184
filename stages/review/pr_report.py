"""One Markdown page that says what a branch changes: the verdict first, then what it rests on."""

from pathlib import Path
from typing import Any

from stages.comparing.leaks import leaks
from stages.comparing.verdicts import SAME, VERDICTS
from stages.core.files import write_text
from stages.reporting.pages import render
from stages.review.changed_pictures import place_pictures
from stages.review.comparison import Comparison, compare_with
from stages.review.differences import differences
from stages.review.gate import failures, read_floors, removed, told_floors
from stages.review.machines import machines_difference
from stages.review.sight import least_losses


def pr_report(base: str, output: Path, remote: bool) -> None:
    """Write the page of what differs between the workspace and `base`; raises `UserError`.

    With `remote`, predictions that are not here are read from DVC's default remote.
    """
    comparison = compare_with(base, remote)
    floors, after = read_floors(), comparison.after
    page = render(
        "pr_report.md",
        base=comparison.base,
        why_not=comparison.why_not,
        reasons=failures(floors, after, comparison),
        floors=told_floors(floors, after),
        leaks=leaks(after.exploration),
        machines=machines_difference(comparison),
        pictures=place_pictures(comparison.base, comparison.head, output),
        **families(comparison),
        **differences(comparison),
    )
    write_text(output, page)
    print(f"Written: {output}")


def families(comparison: Comparison) -> dict[str, Any]:
    """The verdicts and the families that only one side has, as the template knows them."""
    verdicts, before, after = comparison.verdicts, comparison.before, comparison.after
    tested = verdicts[verdicts["verdict"] != SAME]
    order = tested["verdict"].map(VERDICTS.index).sort_values(kind="stable").index
    new = [name for name in after.families if name not in before.families]
    return {
        "counts": {word: int((verdicts["verdict"] == word).sum()) for word in VERDICTS},
        "least": least_losses(verdicts, after.dataset["test"]) if len(tested) else {},
        "tested": tested.loc[order].to_dict("records"),
        "unchanged": verdicts.loc[verdicts["verdict"] == SAME, "family"].tolist(),
        "added": {name: after.scores.get(name, {}).get("test", {}).get("accuracy") for name in new},
        "removed": removed(comparison),
        "unmeasured": [
            name for name in after.families if name not in after.scores and name not in new
        ],
    }
