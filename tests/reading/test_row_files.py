import io
from pathlib import Path

import numpy as np
import pytest

from stages.reading.row_files import RowFile, image_sides, labelled, read_chunks


@pytest.mark.parametrize("shape", [(28, 28), (784,), (28, 28, 1)])
def test_mnists_images_are_stored_in_several_shapes(shape):
    assert image_sides(Path("a"), shape, 1) == (28, 28)


@pytest.mark.parametrize("shape", [(785,), (7, 28), (28, 1025), (28, 28, 3), (28, 28, 1, 1)])
def test_what_is_no_grey_image_is_refused(refused, shape):
    with refused(r"a: images of .* pixels, expected 28x28, or other greys"):
        image_sides(Path("a"), shape, 1)


def test_larger_images_come_in_smaller_chunks():
    large = np.random.default_rng(0).integers(0, 256, (20, 280, 300), np.uint8)
    file = io.BytesIO(large.tobytes())
    chunks = list(read_chunks(Path("a"), file, 20, (280, 300)))
    assert [len(chunk) for chunk in chunks] == [9, 9, 2]
    np.testing.assert_array_equal(np.concatenate(chunks), large)


def test_a_file_that_ends_within_its_rows_is_refused(refused):
    with refused("a: ends within its rows from 1000 on"):
        list(read_chunks(Path("a"), io.BytesIO(bytes(1000 * 784 + 5)), 1001, (28, 28)))


def test_labels_come_with_their_images(refused):
    chunks = [np.zeros((2, 28, 28), np.uint8), np.ones((1, 28, 28), np.uint8)]
    part = labelled("train", "a", RowFile(3, iter(chunks)), ["x", "y", "z"])
    assert [labels for _, labels in part.chunks] == [["x", "y"], ["z"]]
    with refused("a: 3 images, but 2 labels in b"):
        labelled("train", "a", RowFile(3, iter(chunks)), ["x", "y"], "b")
