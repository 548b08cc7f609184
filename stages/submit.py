"""Stage `submit`: the final model's labels for rows that came without any, as Kaggle wants them.

Writes `submission.csv` (ImageId from 1, Label) where the data have such rows, and always
`about.json`, which says how many.
"""

import numpy as np
import pandas as pd

from stages.common.errors import run
from stages.common.files import new_folder, write_json
from stages.common.paths import FINAL, PROCESSED, SUBMISSION
from stages.common.rows import load_rows
from stages.saved import Saved, open_saved

CHUNK = 10_000  # rows scored at once


def predict(saved: Saved, images: np.ndarray) -> np.ndarray:
    """Names of classes (n,) for uint8 images (n, 28, 28)."""
    starts = range(0, len(images), CHUNK)
    best = [saved.score(images[start : start + CHUNK]).argmax(axis=1) for start in starts]
    return np.array(saved.classes)[np.concatenate(best)]


def main() -> None:
    source = PROCESSED / "unlabelled"
    with new_folder(SUBMISSION) as folder:
        if not source.exists():
            write_json(folder / "about.json", {"rows": 0})
            print("no row without a label: nothing to submit")
            return
        saved = open_saved(FINAL.name)
        labels = predict(saved, load_rows(source).images)
        table = pd.DataFrame({"ImageId": np.arange(1, len(labels) + 1), "Label": labels})
        table.to_csv(folder / "submission.csv", index=False)
        about = {"rows": len(labels), "family": saved.family.name}
        write_json(folder / "about.json", about)
    print(f"{SUBMISSION / 'submission.csv'}: {len(labels):,} rows")


if __name__ == "__main__":
    run(main)
