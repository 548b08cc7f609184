"""Stage `evaluate`: one fitted family asked about all held-out rows, and all that follows from it.

Validation and test rows, the hard images, and the corrupted sample.
"""

from functools import partial

import numpy as np

from stages.core.errors import run
from stages.core.files import new_folder, read_json, write_json
from stages.core.paths import EVALUATIONS, METRICS, MODELS, TEST, VALIDATION
from stages.core.rows import load_dataset, load_rows
from stages.core.scores import accuracy
from stages.fitting.family import SEEDS, open_saved
from stages.measuring.corruptions import robustness
from stages.measuring.evaluation import CORRUPTED, DESCRIPTION, HARD, load_probe, write_evaluation
from stages.measuring.metrics import tracked


def main(family: str) -> None:
    folder = MODELS / family
    opened, _ = open_saved(folder)
    score = partial(opened.score, opened.framework.load(opened.build, folder))
    rows = {"validation": load_rows(VALIDATION), "test": load_rows(TEST)}
    hard, stood = load_probe(HARD), {}
    for part, place in CORRUPTED.items():
        probe = load_probe(place)
        stood[part] = robustness(score(probe.images), probe.labels, probe.table)
    scores = {part: score(each.images) for part, each in rows.items()}
    seeds = {part: [accuracy(scores[part], each.labels)] for part, each in rows.items()}
    for other in opened.others():
        model = opened.framework.load(opened.build, folder / SEEDS / str(other.block.seed))
        for part, each in rows.items():
            seeds[part].append(accuracy(opened.score(model, each.images), each.labels))
    with new_folder(EVALUATIONS / family) as place:
        write_json(place / DESCRIPTION, read_json(folder / DESCRIPTION))
        measured = write_evaluation(place, scores, rows, load_dataset(TEST), stood, seeds)
        if len(hard.labels):
            np.save(place / "hard.npy", score(hard.images))
    write_json(METRICS / f"{family}.json", tracked(measured))
    told = ", ".join(f"{part} accuracy {each['accuracy']:.2%}" for part, each in measured.items())
    print(f"{family}: {told}")


if __name__ == "__main__":
    run(main)
