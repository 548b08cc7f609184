import numpy as np
import pytest
from scipy.ndimage import zoom
from sklearn.datasets import load_digits

from stages.core.errors import UserError
from stages.core.rows import Dataset, Rows
from stages.preprocess import join, read_rows, to_mnist_form
from stages.reading.idx import write_idx

DATASET = {"name": "tiny", "classes": ["a", "b"], "brightest": 255}


@pytest.fixture
def raw(tmp_path):
    """Writes images and labels as IDX files; returns the folder."""

    def raw(images, labels):
        write_idx(tmp_path / "train-images-idx3-ubyte", np.asarray(images, np.uint8))
        write_idx(tmp_path / "train-labels-idx1-ubyte", np.asarray(labels, np.uint8))
        return tmp_path

    return raw


def test_images_of_mnists_form_stay_as_they_are(raw):
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
    rows = read_rows(raw(images, [1, 0, 1]), "train", DATASET)
    np.testing.assert_array_equal(rows.images, images)
    assert rows.labels.tolist() == [1, 0, 1]
    assert rows.labels.dtype == np.int64
    assert rows.indices.tolist() == [0, 1, 2]


def test_small_digits_are_framed_and_keep_their_look(digits):
    assert digits.images.shape == (1797, 28, 28)
    assert digits.images.dtype == np.uint8
    border = digits.images.copy()
    border[:, 4:24, 4:24] = 0
    assert border.max() == 0
    # Another library's enlargement of the same digits looks the same but for its edges.
    for ours, small in zip(digits.images[:50, 4:24, 4:24], load_digits().images, strict=False):
        oracle = zoom(small, 2.5, order=1)
        assert np.corrcoef(ours.ravel(), oracle.ravel())[0, 1] > 0.9
    full = to_mnist_form(np.full((1, 8, 8), 16, np.uint8), brightest=16)
    assert full[0, 14, 14] == 255


@pytest.mark.parametrize(
    ("images", "labels", "dataset", "message"),
    [
        (np.zeros((2, 28, 28)), [0], DATASET, "1 labels for 2 images"),
        (np.full((2, 8, 8), 17), [0, 1], DATASET | {"brightest": 16}, "value 17, expected"),
        (np.zeros((2, 28, 28)), [0, 2], DATASET, r"labels \[0, 2\], expected each of 0 to 1"),
        (np.zeros((2, 28, 28)), [0, 0], DATASET, r"labels \[0\], expected each of 0 to 1"),
    ],
)
def test_what_does_not_fit_together_is_refused(raw, images, labels, dataset, message):
    with pytest.raises(UserError, match=message):
        read_rows(raw(images, labels), "train", dataset)


def part(name, classes, labels, parts=("train",)):
    """A data set of one grey for each label, in each of the parts."""
    labels = np.array(labels)
    images = np.full((len(labels), 28, 28), 1, np.uint8) * labels[:, None, None].astype(np.uint8)
    return Dataset(name, classes), dict.fromkeys(
        parts, Rows(images, labels, np.arange(len(labels)))
    )


def test_data_sets_are_joined_by_the_names_of_their_classes():
    first = part("first", ["0", "1", "7"], [0, 1, 2, 1], ("train", "test"))
    dataset, parts = join([first, part("mine", ["7", "x"], [1, 0])])
    assert dataset.name == "first + mine"
    assert dataset.classes == ["0", "1", "7", "x"]
    named = [dataset.classes[label] for label in parts["train"].labels]
    assert named == ["0", "1", "7", "1", "x", "7"]
    assert list(parts) == ["train", "test"]
    indices = np.concatenate([parts["train"].indices, parts["test"].indices])
    assert indices.tolist() == list(range(10))
    assert dataset.source_of(indices).tolist() == ["first"] * 4 + ["mine"] * 2 + ["first"] * 4


def test_two_of_the_same_name_are_refused():
    with pytest.raises(UserError, match="two of the data sets are called 'a'"):
        join([part("a", ["0", "1"], [0, 1]), part("a", ["0", "1"], [0, 1])])
