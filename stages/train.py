"""Stage `train`: fit one family on the training rows; no test row is within its reach."""

import sys

from stages.common.epochs import EpochLog
from stages.common.errors import run
from stages.common.files import new_folder, read_json, write_json, write_text
from stages.common.meter import Meter
from stages.common.paths import (
    COSTS,
    DATASET,
    ENVIRONMENT,
    EPOCHS,
    FITS,
    LIVE,
    MODELS,
    TRAIN,
    VALIDATION,
)
from stages.common.rows import load_rows
from stages.family import open_family


def main() -> None:
    (name,) = sys.argv[1:]
    classes = read_json(DATASET)["classes"]
    family = open_family(name, len(classes))
    train, validation = load_rows(TRAIN), load_rows(VALIDATION)
    with EpochLog(name, LIVE / name) as log, Meter() as meter:
        model = family.fit(train, validation, log)
    print(f"{name}: {meter.seconds:.1f} s of fitting")
    with new_folder(MODELS / name) as folder:
        family.framework.save(model, folder)
    write_text(EPOCHS / f"{name}.csv", log.to_csv())
    write_json(COSTS / f"{name}.json", {name: {"train": meter.costs}})
    size = family.framework.parameters(model)
    write_json(FITS / f"{name}.json", {"parameters": size, "warnings": log.warnings})
    write_json(ENVIRONMENT / f"{name}.json", family.framework.environment())


if __name__ == "__main__":
    run(main)
