"""Stage `train`: fit one family on the training rows; no test row is within its reach."""

from functools import partial

from stages.core.errors import run
from stages.core.files import new_folder, write_json
from stages.core.params import require_named_families
from stages.core.paths import FITS, MODELS, TRAIN, VALIDATION
from stages.core.rows import load_dataset, load_rows
from stages.fitting.epochs import EpochLog
from stages.fitting.family import SEEDS, open_family
from stages.fitting.meter import Meter, answer_costs


def main(family: str) -> None:
    require_named_families()  # what later stages would stop at is better said before the work
    classes = load_dataset(TRAIN).classes
    opened, log, place = open_family(family, len(classes)), EpochLog(family), MODELS / family
    train, validation = load_rows(TRAIN), load_rows(VALIDATION)
    opened = opened.settled(len(train.labels))
    with Meter() as meter:
        model = opened.fit(train, validation, log)
    print(f"{family}: {meter.seconds:.1f} s of fitting")
    with new_folder(place) as folder:
        opened.save(model, folder, classes, log.refit)
        costs = answer_costs(partial(opened.score, model), validation.images, folder)
        for other in opened.others():
            again = other.fit(train, validation, EpochLog(f"{family}, seed {other.block.seed}"))
            (beside := folder / SEEDS / str(other.block.seed)).mkdir(parents=True)
            opened.framework.save(again, beside)
    about = {
        "params": opened.block.model_dump(),
        "parameters": opened.framework.parameters(model),
        "warnings": log.warnings,
        "costs": meter.costs | costs,
        "environment": opened.framework.environment(),
        "curve": log.curve,
    }
    write_json(FITS / f"{family}.json", about)


if __name__ == "__main__":
    run(main)
