from xml.etree import ElementTree

import numpy as np

from stages.common.image_figures import images_grid
from stages.explore import augmented, first_of_each_class


def test_eight_digits_of_eight_classes(digits):
    rows = first_of_each_class(digits, 8)
    assert rows.labels.tolist() == list(range(8))
    assert rows.images.shape == (8, 28, 28)


def test_every_augmentation_has_its_lines(digits):
    rows = first_of_each_class(digits, 3)
    lines = augmented(rows, seed=0)
    np.testing.assert_array_equal(lines["none"], rows.images)
    np.testing.assert_array_equal(lines["shift4: up"][:, :-1], rows.images[:, 1:])
    assert {images.shape for images in lines.values()} == {(3, 28, 28)}
    assert (lines["affine: draw 1"] != lines["affine: draw 2"]).any()


def test_the_picture_names_its_lines_and_holds_every_image(digits):
    svg = images_grid("Title", {"one": digits.images[:4], "other": digits.images[4:8]})
    tree = ElementTree.fromstring(svg)
    assert {"Title", "one", "other"} <= set(tree.itertext())
    assert svg.count("<image") == 8
    assert svg == images_grid("Title", {"one": digits.images[:4], "other": digits.images[4:8]})
