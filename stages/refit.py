"""Stage `refit`: the chosen family fitted again, on training and validation rows together.

Its scores on the test rows are kept beside it. A fit that stopped by validation rows now runs for
the epochs that were best then, as there are no rows left to stop by.
"""

import numpy as np

from stages.core.errors import run
from stages.core.files import new_folder, read_json, write_json
from stages.core.paths import CHOSEN, FINAL, TEST, TRAIN, VALIDATION
from stages.core.rows import concatenated, load_dataset, load_rows
from stages.core.scores import accuracy
from stages.fitting.epochs import EpochLog
from stages.fitting.family import Description, open_block
from stages.fitting.meter import Meter


def main() -> None:
    chosen, classes = Description(**read_json(CHOSEN / "final.json")), load_dataset(TRAIN).classes
    block = chosen.params.model_copy(update={"fit": chosen.params.fit | chosen.refit})
    family = open_block(chosen.family, block, len(classes))
    validation, test = load_rows(VALIDATION), load_rows(TEST)
    pool = concatenated([load_rows(TRAIN), validation])
    with Meter() as meter:
        model = family.fit(
            pool, validation, EpochLog("final, which learns from validation rows too")
        )
    scores = family.score(model, test.images)
    with new_folder(FINAL) as folder:
        family.save(model, folder, classes)
        write_json(folder / "refit.json", {"rows": len(pool.labels)})
        np.save(folder / "test.npy", scores)
    print(
        f"final: {family.name}, test accuracy {accuracy(scores, test.labels):.2%}, "
        f"{meter.seconds:.1f} s of fitting"
    )


if __name__ == "__main__":
    run(main)
