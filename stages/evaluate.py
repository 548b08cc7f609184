"""Stage `evaluate`: score validation and test rows with one fitted family, and draw its numbers."""

import sys

import numpy as np

from stages.common.errors import run
from stages.common.files import new_folder, read_json, write_json, write_text
from stages.common.paths import CONFUSION, DATASET, MODELS, PREDICTIONS, SCORES, TEST, VALIDATION
from stages.common.rows import load_rows
from stages.common.scores import confusion, summary
from stages.family import open_family


def main() -> None:
    (name,) = sys.argv[1:]
    classes = read_json(DATASET)["classes"]
    family = open_family(name, len(classes))
    model = family.framework.load(family.build, MODELS / name)
    parts = {"validation": load_rows(VALIDATION), "test": load_rows(TEST)}
    scores = {part: family.score(model, rows.images) for part, rows in parts.items()}
    with new_folder(PREDICTIONS / name) as folder:
        for part, values in scores.items():
            np.save(folder / f"{part}.npy", values)
    numbers = {part: summary(scores[part], rows.labels) for part, rows in parts.items()}
    write_json(SCORES / f"{name}.json", {name: numbers})
    counts = confusion(scores["test"], parts["test"].labels, classes)
    write_text(CONFUSION / f"{name}.csv", counts.to_csv(index=False))
    told = ", ".join(f"{part} accuracy {each['accuracy']:.2%}" for part, each in numbers.items())
    print(f"{name}: {told}")


if __name__ == "__main__":
    run(main)
