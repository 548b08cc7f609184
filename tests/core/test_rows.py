import numpy as np

from stages.core.rows import Dataset, Rows, load_dataset, load_rows, save_rows


def test_round_trip_is_memory_mapped(tmp_path):
    images = np.arange(3 * 28 * 28, dtype=np.uint32).astype(np.uint8).reshape(3, 28, 28)
    rows = Rows(images, np.array([1, 0, 2]), np.array([5, 7, 9]))
    save_rows(tmp_path / "rows", rows, Dataset("mine", ["no", "yes", "é"]))
    assert load_dataset(tmp_path / "rows") == ("mine", ["no", "yes", "é"], [])
    back = load_rows(tmp_path / "rows")
    assert all(isinstance(array, np.memmap) for array in back)
    for wrote, read in zip(rows, back, strict=True):
        np.testing.assert_array_equal(wrote, read)


def test_take_keeps_images_labels_and_indices_together():
    rows = Rows(np.arange(3).reshape(3, 1, 1), np.array([1, 0, 2]), np.array([5, 7, 9]))
    taken = rows.take(np.array([2, 0]))
    assert taken.images.ravel().tolist() == [2, 0]
    assert taken.labels.tolist() == [2, 1]
    assert taken.indices.tolist() == [9, 5]
