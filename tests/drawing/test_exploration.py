from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from stages.core.rows import Rows
from stages.drawing.exploration import classes_figure, means_figure, variance_figure
from stages.drawing.exploration_tables import class_counts, class_means
from tests.drawing.svg import texts


def rows_of(classes):
    """One row of each class, its ink its label."""
    labels = np.arange(classes)
    images = np.ones((classes, 4, 5), np.uint8) * (labels % 256).astype(np.uint8)[:, None, None]
    return Rows(images, labels, labels)


def test_bars_say_what_they_show(digits):
    names = [f"digit {label}" for label in range(10)]
    shares = class_counts({"train": digits, "test": digits.take(np.arange(40))}, names)
    found = texts(classes_figure(shares, "tiny"))
    assert {"tiny: the 10 classes in each split", "train (1,797 images)"} <= set(found)
    assert {"test (40 images)", "Class", *names} <= set(found)


def test_a_bar_is_as_high_as_its_share():
    halves = Rows(np.ones((4, 2, 2), np.uint8), np.array([0, 0, 0, 1]), np.arange(4))
    tree = ElementTree.fromstring(classes_figure(class_counts({"train": halves}, ["a", "b"]), "x"))
    path = "{http://www.w3.org/2000/svg}path"
    bars = [each for each in tree.iter(path) if "fill: #0072b2" in each.get("style", "")]
    sides = [[float(word) for word in bar.get("d").split()[2::3]] for bar in bars[:2]]
    first, second = (max(ys) - min(ys) for ys in sides)
    assert first == pytest.approx(3 * second, rel=1e-4)


@pytest.mark.parametrize(("classes", "shown"), [(2, 2), (60, 60), (1000, 60)])
def test_bars_have_room_for_sixty_classes(classes, shown):
    names = [f"name{label}" for label in range(classes)]
    svg = classes_figure(class_counts({"train": rows_of(classes)}, names), "many")
    assert [text for text in texts(svg) if text.startswith("name")] == names[:shown]
    said = "the first 60 of 1000 classes" if classes > 60 else f"the {classes} classes"
    assert f"many: {said} in each split" in texts(svg)
    assert len(svg) < 150_000


def test_means_are_two_lines_with_a_column_for_each_class(digits):
    svg = means_figure(class_means(digits, list("0123456789")), 10, 1797, "tiny")
    assert svg.count("<image") == 20
    said = {"tiny, 1,797 training images", "mean", "deviation, doubled", *"0123456789"}
    assert said <= set(texts(svg))


def test_means_of_more_classes_than_have_room_say_so():
    names = [f"${label}$" for label in range(1000)]
    svg = means_figure(class_means(rows_of(1000), names[:26]), 1000, 1000, "many")
    assert "Mean and standard deviation of the first 26 of 1000 classes" in texts(svg)
    assert svg.count("<image") == 52
    assert [text for text in texts(svg) if text.startswith("$")] == names[:26]


def test_the_variance_marks_how_many_components_keep_how_much():
    variance = pd.DataFrame({"components": [1, 2, 3], "kept": [0.85, 0.96, 1.0]})
    found = " ".join(texts(variance_figure(variance, 1200, "tiny")))
    for text in ("80 %: 1", "90 %: 2", "95 %: 2", "99 %: 3", "1,200 training images of tiny"):
        assert text in found
