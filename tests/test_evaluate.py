"""The stages `train` and `evaluate`, of a family that is fitted with several seeds."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from sklearn.metrics import accuracy_score

from stages import evaluate, train
from stages.core.paths import EVALUATIONS, MODELS, PROBES, TEST, TRAIN, VALIDATION
from stages.core.rows import Dataset, load_rows, save_rows
from stages.fitting.family import open_family, open_saved
from stages.measuring.evaluation import CORRUPTED, HARD, WANTED, save_probe
from stages.probe import corrupt, pick_hard

FOREST = {"n_estimators": 5, "criterion": "gini", "max_depth": None, "bootstrap": True}


@pytest.fixture
def forest(digits, tmp_path, monkeypatch):
    """What is known of a small forest on few rows, so with three seeds, after both stages."""
    monkeypatch.chdir(tmp_path)
    block = {"framework": "scikit_learn", "model": "random_forest", "seed": 7, "seeds": "auto"}
    block |= {"build": FOREST, "fit": {"augment": "none"}}
    Path("params.yaml").write_text(yaml.safe_dump({"families": {"forest": block}}))
    for place, rows in ((TRAIN, (0, 800)), (VALIDATION, (800, 1200)), (TEST, (1200, 1797))):
        save_rows(place, digits.take(np.arange(*rows)), Dataset("tiny", list("0123456789")))
    PROBES.mkdir()
    save_probe(HARD, pick_hard({"train": digits}, {}))
    for place in CORRUPTED.values():
        save_probe(place, corrupt(digits.take(np.arange(50)), {"inversion": [1]}, 0))
    WANTED.write_text('{"target_precision": 0.9}')
    train.main("forest")
    evaluate.main("forest")
    return json.loads((EVALUATIONS / "forest/numbers.json").read_text())


def test_the_luck_is_that_of_the_models_of_all_seeds(forest):
    opened, _ = open_saved(MODELS / "forest")
    for part, place in (("validation", VALIDATION), ("test", TEST)):
        rows, found = load_rows(place), []
        for folder in (".", "seeds/8", "seeds/9"):
            model = opened.framework.load(opened.build, MODELS / "forest" / folder)
            found.append(accuracy_score(rows.labels, opened.score(model, rows.images).argmax(1)))
        assert len(set(found)) > 1
        assert forest[part]["seeds"] == 3
        assert forest[part]["accuracy"] == pytest.approx(found[0], abs=1e-6)
        assert forest[part]["accuracy_mean"] == pytest.approx(np.mean(found), abs=1e-6)


def test_on_many_rows_auto_is_one_fit(forest):
    assert forest
    family = open_family("forest", 10)
    assert [family.settled(rows).block.seeds for rows in (4_999, 5_000)] == [3, 1]


def test_each_seed_is_the_fit_that_it_would_be_alone(forest):
    assert forest
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["families"]["forest"] |= {"seed": 9, "seeds": 1}
    beside = (MODELS / "forest/seeds/9/model.skops").read_bytes()
    Path("params.yaml").write_text(yaml.safe_dump(params))
    train.main("forest")
    assert (MODELS / "forest/model.skops").read_bytes() == beside
    assert not (MODELS / "forest/seeds").exists()
