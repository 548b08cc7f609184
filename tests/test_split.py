import numpy as np
import pytest

from stages.core.errors import UserError
from stages.core.rows import Dataset, Rows
from stages.split import Split, complete, split_rows


def params(**changes):
    base = {"seed": 0, "validation_fraction": 0.25, "test_fraction": 0.2, "subset": None}
    return Split(**(base | changes))


def test_without_a_test_set_one_is_held_out(digits):
    parts = split_rows(digits, None, params())
    assert [len(part.labels) for part in parts.values()] == [1078, 360, 359]
    together = np.concatenate([part.indices for part in parts.values()])
    np.testing.assert_array_equal(np.sort(together), np.arange(1797))


def test_every_part_is_stratified_and_its_rows_keep_their_own_images_and_labels(digits):
    overall = np.bincount(digits.labels) / len(digits.labels)
    for part in split_rows(digits, None, params()).values():
        np.testing.assert_array_equal(part.images, digits.images[part.indices])
        np.testing.assert_array_equal(part.labels, digits.labels[part.indices])
        assert (np.diff(part.indices) > 0).all()
        assert np.abs(np.bincount(part.labels) - overall * len(part.labels)).max() <= 1.5


def test_a_canonical_test_set_is_untouched(digits):
    test, pool = digits.take(np.arange(100)), digits.take(np.arange(100, 1797))
    parts = split_rows(pool, test, params())
    assert parts["test"] is test
    assert len(parts["train"].labels) + len(parts["validation"].labels) == 1697


def test_a_source_without_test_rows_gives_some_of_its_own(digits):
    own_test, own, mine = (digits.take(rows) for rows in np.split(np.arange(1797), [300, 1200]))
    joined = Rows(*map(np.concatenate, zip(own, mine, strict=True)))
    pool = joined._replace(indices=np.arange(1497))
    test = own_test._replace(indices=1497 + np.arange(300))
    dataset = Dataset("a + b", list("0123456789"), [("a", 900), ("b", 597), ("a", 300)])
    rest, more = complete(pool, test, dataset, params())
    assert np.unique(dataset.source_of(more.indices), return_counts=True)[1].tolist() == [300, 119]
    assert dataset.source_of(more.indices)[:300].tolist() == ["a"] * 300
    together = np.sort(np.concatenate([rest.indices, more.indices]))
    np.testing.assert_array_equal(together, np.arange(1797))
    held = more.indices[300:]
    np.testing.assert_array_equal(more.images[300:], joined.images[held])
    everyone = Dataset("a + b", [], [("a", 900), ("b", 597), ("a", 200), ("b", 100)])
    assert complete(pool, test, everyone, params()) == (pool, test)


def test_mnists_validation_set_has_ten_thousand_rows():
    labels = np.arange(60_000) % 10
    pool = Rows(np.zeros((60_000, 1, 1), np.uint8), labels, np.arange(60_000))
    parts = split_rows(pool, pool, params(validation_fraction=0.166667))
    assert len(parts["validation"].labels) == 10_000


def test_a_subset_takes_training_rows_only_and_is_stratified(digits):
    whole = split_rows(digits, None, params())
    parts = split_rows(digits, None, params(subset=200))
    assert len(parts["train"].labels) == 200
    assert set(parts["train"].indices) <= set(whole["train"].indices)
    assert np.bincount(parts["train"].labels).min() >= 19
    for name in ("validation", "test"):
        np.testing.assert_array_equal(parts[name].indices, whole[name].indices)


def test_the_seed_decides(digits):
    first, again, other = (
        split_rows(digits, None, params(seed=seed))["train"].indices for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_subset_without_a_row_of_the_rarest_class_is_refused():
    labels = np.array([0] * 300 + [1] * 300 + [2] * 4)
    rows = Rows(np.zeros((604, 1, 1), np.uint8), labels, np.arange(604))
    assert set(split_rows(rows, None, params())["train"].labels) == {0, 1, 2}
    with pytest.raises(UserError, match="the rarest class is left without a training row"):
        split_rows(rows, None, params(subset=30))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"subset": 5}, "split.subset: asks to hold out 1073 of 1078 rows"),
        ({"subset": 2000}, "split.subset: got 2000, expected at most the 1078 training rows"),
        ({"validation_fraction": 0.001}, "split.validation_fraction: asks to hold out 1 of"),
        ({"test_fraction": 0.999}, "split.test_fraction"),
    ],
)
def test_too_few_rows_name_the_param(digits, change, message):
    with pytest.raises(UserError, match=message):
        split_rows(digits, None, params(**change))


def test_a_class_with_a_single_row_is_refused(digits):
    lonely = Rows(digits.images[:11], np.array([0] * 10 + [1]), np.arange(11))
    with pytest.raises(UserError, match="at least one row of each of the 2 classes"):
        split_rows(lonely, None, params())
