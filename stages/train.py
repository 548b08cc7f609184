"""Stage `train`: fit one family on the training rows; no test row is within its reach."""

from stages.core.errors import run
from stages.core.files import new_folder, write_json, write_text
from stages.core.paths import FITS, MODELS, TRAIN, VALIDATION
from stages.core.rows import load_dataset, load_rows
from stages.fitting.epochs import EpochLog
from stages.fitting.meter import Meter
from stages.frameworks.contract import open_family


def main(family: str) -> None:
    classes = load_dataset(TRAIN).classes
    opened, log = open_family(family, len(classes)), EpochLog(family)
    with Meter() as meter:
        model = opened.fit(load_rows(TRAIN), load_rows(VALIDATION), log)
    print(f"{family}: {meter.seconds:.1f} s of fitting")
    with new_folder(MODELS / family) as folder:
        opened.save(model, folder, classes)
    about = {
        "params": opened.block.model_dump(),
        "parameters": opened.framework.parameters(model),
        "warnings": log.warnings,
        "costs": meter.costs,
        "environment": opened.framework.environment(),
    }
    with new_folder(FITS / family) as folder:
        write_json(folder / "fit.json", about)
        write_text(folder / "curve.csv", log.to_csv())


if __name__ == "__main__":
    run(main)
