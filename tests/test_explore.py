import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stages import explore
from stages.core.paths import TEST, TRAIN, VALIDATION
from stages.core.rows import Dataset, save_rows
from stages.explore import augmented, first_of_each_class, straightened

FIGURES = {"classes", "means", "variance", "first", "random", "augmentation", "straightening"}


def test_every_augmentation_has_its_lines(digits):
    rows = first_of_each_class(digits, 3)
    assert rows.labels.tolist() == [0, 1, 2]
    lines = augmented(rows, seed=0)
    np.testing.assert_array_equal(lines["none"], rows.images)
    np.testing.assert_array_equal(lines["shift4: up"][:, :-1], rows.images[:, 1:])
    assert {images.shape for images in lines.values()} == {(3, 28, 28)}
    for kind in ("affine", "robust"):
        assert (lines[f"{kind}: draw 1"] != lines[f"{kind}: draw 2"]).any()


def test_every_straightening_has_its_line(digits):
    rows = first_of_each_class(digits, 3)
    lines = straightened(rows)
    np.testing.assert_array_equal(lines.pop("none"), rows.images)
    for name in ("centre", "deskew", "centre, deskew"):
        assert (lines.pop(name) != rows.images).any(), name
    assert not lines


@pytest.fixture(scope="module")
def written(digits, tmp_path_factory):
    """What the stage writes of the digits, by file, the same twice."""
    folder = tmp_path_factory.mktemp("explored")
    parts = {TRAIN: np.arange(1200), VALIDATION: np.arange(1200, 1500), TEST: np.arange(1500, 1797)}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for path, chosen in parts.items():
            save_rows(path, digits.take(chosen), Dataset("tiny", [f"d{n}" for n in range(10)]))
        runs = []
        for _ in range(2):
            explore.main()
            runs.append({path.name: path.read_bytes() for path in Path("plots/explore").iterdir()})
    assert runs[0] == runs[1]
    return runs[0]


def test_every_picture_has_its_table_and_is_small(written):
    tables = {"classes", "means", "grids", "variance"}
    expected = {f"{name}.svg" for name in FIGURES} | {f"{name}.csv" for name in tables}
    assert set(written) == expected | {"numbers.json"}
    assert max(map(len, written.values())) < 150_000


def test_numbers_are_those_of_the_splits(written, digits):
    found = json.loads(written["numbers.json"])
    assert [found[split]["rows"] for split in ("train", "validation", "test")] == [1200, 300, 297]
    train = digits.images[:1200]
    assert found["train"]["mean"] == round(train.mean(), 6)
    assert found["shared"]["train_test"] == sum(
        (train == image).all(axis=(1, 2)).any() for image in digits.images[1500:]
    )


def test_the_tables_are_of_the_training_digits(written, digits):
    grids, means, variance, counts = (
        pd.read_csv(io.BytesIO(written[f"{name}.csv"]))
        for name in ("grids", "means", "variance", "classes")
    )
    assert grids["index"][:32].tolist() == list(range(32))
    assert grids["label"].tolist() == [f"d{digits.labels[index]}" for index in grids["index"]]
    assert grids["index"].max() < 1200
    zeros = digits.images[:1200][digits.labels[:1200] == 0]
    part = means[means["class"] == "d0"]["mean"].to_numpy().reshape(28, 28)
    np.testing.assert_allclose(part, zeros.mean(axis=0), atol=0.51)
    assert variance["kept"].iloc[-1] == 1
    assert counts.groupby("split")["count"].sum().to_dict() == {
        "train": 1200,
        "validation": 300,
        "test": 297,
    }
