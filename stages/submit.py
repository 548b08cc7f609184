"""Stage `submit`: the final model's labels for rows that came without any, as Kaggle wants them.

Writes `submission.csv` (ImageId from 1, Label) where the data have such rows, and always
`about.json`, which says how many.
"""

import re

import numpy as np
import pandas as pd

from stages.core.errors import run
from stages.core.files import new_folder, write_json
from stages.core.paths import FINAL, PROCESSED, SUBMISSION
from stages.core.rows import load_rows
from stages.fitting.family import open_saved

CHUNK = 10_000  # rows scored at once
# What begins so is run by a spreadsheet (OWASP's list; the last four are the full-width signs).
FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20].+", re.DOTALL)


def main() -> None:
    source = PROCESSED / "unlabelled"
    with new_folder(SUBMISSION) as folder:
        if not source.exists():
            write_json(folder / "about.json", {"rows": 0})
            print("no row without a label: nothing to submit")
            return
        opened, classes = open_saved(FINAL)
        model, images = opened.framework.load(opened.build, FINAL), load_rows(source).images
        starts = range(0, len(images), CHUNK)
        best = [opened.score(model, images[start : start + CHUNK]).argmax(1) for start in starts]
        labels = np.array(list(map(harmless, classes)))[np.concatenate(best)]
        table = pd.DataFrame({"ImageId": np.arange(1, len(labels) + 1), "Label": labels})
        table.to_csv(folder / "submission.csv", index=False)
        write_json(folder / "about.json", {"rows": len(labels), "family": opened.name})
    print(f"{SUBMISSION / 'submission.csv'}: {len(labels):,} rows")


def harmless(name: str) -> str:
    """A class's name as no spreadsheet runs it: a ' before a formula.

    Kaggle compares names as they are: numbers such as -1, and a sign alone, which nothing runs,
    are left so.
    """
    try:
        float(name)
    except ValueError:
        return f"'{name}" if FORMULA.fullmatch(name) else name
    return name


if __name__ == "__main__":
    run(main)
