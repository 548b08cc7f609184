import json

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.measuring.evaluation import load_probe, save_probe
from stages.probe import corrupt, main, pick_hard, stratified_sample


def test_hard_digits_are_the_named_rows_of_the_named_files(digits):
    files = {"train": digits, "test": digits.take(np.arange(10, 20))}
    probe = pick_hard(files, {"train": [7, 3], "test": [0]})
    np.testing.assert_array_equal(probe.images, digits.images[[7, 3, 10]])
    assert probe.labels.tolist() == digits.labels[[7, 3, 10]].tolist()
    assert probe.table.to_dict("list") == {"file": ["train", "train", "test"], "index": [7, 3, 0]}


def test_rows_that_a_smaller_data_set_has_not_are_left_out(digits):
    probe = pick_hard({"train": digits}, {"train": [16198, 5], "test": [0]})
    assert probe.table["index"].tolist() == [5]
    nothing = pick_hard({"train": digits}, {"train": [16198]})
    assert nothing.images.shape == (0, 28, 28)


def test_the_sample_is_stratified_and_the_same_each_time(digits):
    sample, again = (stratified_sample(digits, 300, 0, "rows") for _ in range(2))
    assert sample.indices.tolist() == again.indices.tolist() == sorted(set(sample.indices))
    expected = np.bincount(digits.labels) * 300 / len(digits.labels)
    assert np.abs(np.bincount(sample.labels) - expected).max() <= 1


def test_groups_follow_each_other_the_clean_one_first(digits):
    rows = digits.take(np.arange(12))
    probe = corrupt(rows, {"occlusion": [4, 8], "inversion": [1]}, seed=0)
    assert probe.table["corruption"].tolist() == ["none", "occlusion", "occlusion", "inversion"]
    assert probe.table["strength"].tolist() == [0, 4, 8, 1]
    groups = probe.images.reshape(4, 12, 28, 28)
    np.testing.assert_array_equal(groups[0], rows.images)
    np.testing.assert_array_equal(groups[3], 255 - rows.images)
    assert probe.labels.tolist() == rows.labels.tolist() * 4


def test_what_is_saved_is_what_is_loaded(digits, tmp_path):
    probe = corrupt(digits.take(np.arange(6)), {"inversion": [1]}, seed=0)
    save_probe(tmp_path / "probe", probe)
    found = load_probe(tmp_path / "probe")
    np.testing.assert_array_equal(found.images, probe.images)
    np.testing.assert_array_equal(found.labels, probe.labels)
    assert found.table.equals(probe.table)


@pytest.mark.parametrize(("name", "most"), [("shift", 28), ("salt_and_pepper", 1)])
def test_a_strength_beyond_sense_is_one_line(tmp_path, monkeypatch, name, most):
    monkeypatch.chdir(tmp_path)
    block = {"hard": {}, "rows": 9, "validation_rows": 9, "seed": 0, "target_precision": 0.9}
    block["corruptions"] = {name: [0.5, 1e300]}
    (tmp_path / "params.yaml").write_text(json.dumps({"probe": block}))
    with pytest.raises(UserError, match=rf"{name}: got 1e\+300, expected at most {most} \("):
        main()


@pytest.mark.parametrize("size", [5000, 1797, 1790])
def test_a_sample_of_hardly_fewer_rows_is_all_of_them(digits, size):
    assert stratified_sample(digits, size, 0, "rows") is digits


def test_a_sample_too_small_for_its_classes_is_one_line(digits):
    with pytest.raises(UserError, match="probe.rows: asks to hold out 5 of 1797 rows"):
        stratified_sample(digits, 5, 0, "rows")
