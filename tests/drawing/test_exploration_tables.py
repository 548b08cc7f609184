import numpy as np
import pytest
from sklearn.datasets import load_digits

from stages.core.rows import Rows
from stages.drawing.exploration_tables import (
    class_counts,
    class_means,
    grid_table,
    kept_variance,
    numbers,
    split_numbers,
)


def small_rows(*inks, labels=None):
    """Images of 2x3 pixels, each of one ink but for a background pixel."""
    images = np.repeat(np.array(inks, np.uint8), 6).reshape(-1, 2, 3)
    images[:, 0, 0] = 0
    labels = np.zeros(len(inks), np.int64) if labels is None else np.array(labels)
    return Rows(images, labels, 100 + np.arange(len(inks)))


def test_ten_rows_by_hand():
    train = small_rows(1, 2, 2, 2, 0, 3, 4, 5, 6, 0, labels=[0, 1, 2, -1, 0, 1, 2, 3, 0, 0])
    validation = small_rows(2, 2, 9)
    found = numbers({"train": train, "validation": validation, "test": small_rows(9, 0, 6)}, 3)
    assert found["train"] == {
        "rows": 10,
        "height": 2,
        "width": 3,
        "min": 0,
        "max": 6,
        # 25 is the sum of the inks, of which each stands in five of six pixels.
        "mean": round(25 * 5 / 60, 6),
        "deviation": round((99 * 5 / 60 - (25 * 5 / 60) ** 2) ** 0.5, 6),
        "background": round((8 + 12) / 60, 6),
        "blank": 2,
        "unlabelled": 2,
        "duplicates": 3,
    }
    assert found["validation"]["duplicates"] == 1
    assert found["test"]["duplicates"] == 0
    assert found["shared"] == {"train_validation": 2, "train_test": 2, "validation_test": 1}
    # Scalars of JSON.
    assert {type(value) for block in found.values() for value in block.values()} == {int, float}


def test_a_pixel_that_differs_by_one_makes_a_near_duplicate(digits):
    train, test = digits.take(np.arange(200)), digits.take(np.arange(300, 450))
    test.images[:50] = train.images[:50]
    flat = test.images.reshape(len(test.images), -1)
    flat[np.arange(50), flat[:50].argmax(axis=1)] -= 1
    found = numbers({"train": train, "test": test}, 10)
    assert (found["shared"], found["near"]) == ({"train_test": 0}, {"train_test": 50})


def test_pixels_are_those_that_numpy_counts(digits):
    pixels = digits.images.astype(np.float64)
    assert split_numbers(digits, 9) == {
        **dict(zip(("rows", "height", "width"), pixels.shape, strict=True)),
        "min": pixels.min(),
        "max": pixels.max(),
        "mean": pytest.approx(pixels.mean(), abs=1e-6),
        "deviation": pytest.approx(pixels.std(), abs=1e-6),
        "background": pytest.approx((pixels == 0).mean(), abs=1e-6),
        "blank": 0,
        "unlabelled": (load_digits().target == 9).sum(),
    }


def test_duplicates_are_those_of_unique_rows(digits):
    twice = digits.take(np.r_[:1797, 5:105, 5])
    found = numbers({"train": twice, "test": digits.take(np.arange(40, 60))}, 10)
    distinct = len(np.unique(digits.images.reshape(1797, -1), axis=0))
    assert found["train"]["duplicates"] == 1898 - distinct
    assert found["shared"] == {"train_test": 20}
    assert found["near"] == {"train_test": 0}
    moved = Rows(np.roll(digits.images, 1, axis=2), *digits[1:])
    assert numbers({"train": digits, "test": moved}, 10)["shared"] == {"train_test": 0}


def test_classes_are_counted_in_every_split(digits):
    names = [f"class {label}" for label in range(11)]
    table = class_counts({"train": digits, "test": digits.take(np.arange(4))}, names)
    assert table.columns.tolist() == ["split", "class", "count", "share"]
    assert table["split"].tolist() == ["train"] * 11 + ["test"] * 11
    assert table["class"].tolist() == names * 2
    expected = np.bincount(load_digits().target)
    assert table["count"][:11].tolist() == [*expected, 0]
    np.testing.assert_allclose(table["share"][:10], expected / 1797, atol=5e-7)
    assert table["share"][11:].tolist() == [0.25] * 4 + [0] * 7


def test_a_label_outside_the_classes_is_no_class():
    table = class_counts({"train": small_rows(1, 2, 3, 4, labels=[0, 1, 7, -1])}, ["a", "b"])
    assert table["count"].tolist() == [1, 1]
    assert table["share"].tolist() == [0.25, 0.25]


def test_means_are_those_of_the_class(digits):
    table = class_means(digits, list("0123456789"))
    assert len(table) == 10 * 28 * 28
    nines = digits.images[load_digits().target == 9].astype(np.float64).reshape(-1, 28 * 28)
    part = table[table["class"] == "9"]
    assert part["mean"].tolist() == np.rint(nines.mean(axis=0)).tolist()
    assert part["deviation"].tolist() == np.rint(nines.std(axis=0)).tolist()


def test_means_by_hand_and_a_class_without_images():
    table = class_means(small_rows(10, 20, 7, labels=[0, 0, 1]), ["a", "b", "c"])
    a, b, c = (table[table["class"] == name] for name in "abc")
    assert a["mean"].tolist() == [0] + [15] * 5
    assert a["deviation"].tolist() == [0] + [5] * 5
    assert b["mean"].tolist() == [0] + [7] * 5
    assert b["deviation"].tolist() == c["mean"].tolist() == c["deviation"].tolist() == [0] * 6
    assert a[["row", "column"]].to_numpy().tolist() == [[y, x] for y in (0, 1) for x in (0, 1, 2)]


def test_grids_are_the_first_rows_and_others_at_random(digits):
    names = list("0123456789")
    first, random = np.split(grid_table(digits, 32, 0, names).index, 2)
    assert first.tolist() == list(range(32))
    assert len(set(random)) == 32
    assert random.max() > 100
    again, other = (grid_table(digits, 32, seed, names).index[32:].tolist() for seed in (0, 1))
    assert random.tolist() == again != other


def test_the_table_of_grids_says_which_rows_they_are():
    rows = small_rows(1, 2, 3, labels=[1, 0, 1])
    table = grid_table(rows, 32, 0, ["zero", "one"])
    assert table.columns.tolist() == ["grid", "position", "index", "label"]
    lines = [[0, 100, "one"], [1, 101, "zero"], [2, 102, "one"]]
    assert table[:3].to_numpy().tolist() == [["first", *line] for line in lines]
    assert table["grid"][3:].tolist() == ["random"] * 3
    assert table["position"][3:].tolist() == [0, 1, 2]
    assert sorted(table.index[3:]) == [0, 1, 2]
    for row, line in table.iterrows():
        assert [line["index"], line["label"]] == lines[row][1:]


def test_shares_of_variance_are_those_of_the_singular_values(digits):
    table = kept_variance(digits.images[:300])
    pixels = digits.images[:300].reshape(300, -1) / 255
    squares = np.linalg.svd(pixels - pixels.mean(axis=0), compute_uv=False) ** 2
    expected = squares.cumsum() / squares.sum()
    np.testing.assert_allclose(table["kept"][:200], expected[:200], atol=6e-7)
    assert table["components"].tolist() == list(range(1, len(table) + 1))


@pytest.mark.parametrize(("changed", "seen"), [(1, 50), (2, 50), (300, 0)])
def test_images_that_differ_in_a_pixel_or_two_are_nearly_shared(digits, changed, seen):
    copies = digits.images[:50].copy()
    for image in copies.reshape(50, -1):
        at = np.random.default_rng(0).choice(image.size, min(changed, image.size), replace=False)
        image[at] ^= 1
    test = Rows(np.concatenate([copies, digits.images[50:60]]), digits.labels[:60], np.arange(60))
    found = numbers({"train": digits, "test": test}, 10)
    assert (found["shared"], found["near"]) == ({"train_test": 10}, {"train_test": seen})


def test_images_without_ink_are_no_near_ones():
    blank, dot = np.zeros((1, 28, 28), np.uint8), np.zeros((1, 28, 28), np.uint8)
    dot[0, 3, 3] = 200
    labels = np.zeros(1, np.int64)
    found = numbers({"train": Rows(blank, labels, labels), "test": Rows(dot, labels, labels)}, 1)
    assert found["near"] == {"train_test": 0}
