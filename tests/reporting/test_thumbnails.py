import base64
import io

import numpy as np
import pytest
from PIL import Image

from stages.core.rows import Rows
from stages.reporting import thumbnails
from stages.reporting.page_parts import confused_blocks, images_of
from stages.reporting.thumbnails import data_uri, viewer_data

CLASSES = ["0", "1", "2"]
SCORES = np.random.default_rng(1).random((50, 3), dtype=np.float32)
SCORES /= SCORES.sum(axis=1, keepdims=True)


def some_rows(count):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return Rows(images, np.arange(count) % 3, np.arange(count)[::-1] + 70_000)


def unpacked(text, kind):
    return np.frombuffer(base64.b64decode(text), kind)


def greys(uri):
    """The picture of a data URI, int (height, width), its ink high."""
    kind, png = uri.split(",")
    assert kind == "data:image/png;base64"
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    return 255 - np.asarray(picture.convert("L")).astype(int)


def test_a_picture_is_the_digit_dark_on_white(digits):
    image = digits.images[0]
    uri = data_uri(image)
    assert uri == data_uri(image)
    assert np.abs(greys(uri) - image).max() <= 8  # 16 greys


def test_the_pair_that_a_family_mistakes_most_is_shown_in_four_squares(digits):
    labels, predicted = [3, 3, 5, 5, 3, 8, *[5] * 19], [3, 5, 3, 5, 5, 3, *[5] * 19]
    test = digits.take(np.arange(25))._replace(labels=np.array(labels))
    worst = {"a": {"actual": "3", "predicted": "5", "count": 2}, "b": None}
    found = confused_blocks(worst, list("0123456789"), test, {"a": np.eye(10)[predicted]})
    assert list(found) == ["a"]
    assert [each[:3] for each in found["a"]] == [(3, 3, 1), (3, 5, 2), (5, 3, 1), (5, 5, 20)]
    two, many = found["a"][1][3], found["a"][3][3]
    np.testing.assert_array_equal(two[:28, :56], np.hstack(list(test.images[[1, 4]])))
    assert two.sum() == test.images[[1, 4]].sum()
    np.testing.assert_array_equal(many[84:, 84:], test.images[20])  # the sixteenth


def test_digits_are_found_by_their_place_in_the_file(digits):
    test = digits.take(np.array([40, 7, 300]))
    pictures = images_of({300, 7}, test)
    assert pictures == {7: data_uri(digits.images[7]), 300: data_uri(digits.images[300])}


@pytest.mark.parametrize("count", [1, 99, 100, 101, 250])
def test_the_sprite_holds_each_image_in_its_place(count):
    rows = some_rows(count)
    sprite = greys(viewer_data(rows, CLASSES, {})["sprite"])
    assert sprite.shape == (28 * -(-count // 100), 2800)
    for number, image in enumerate(rows.images):
        top, left = number // 100 * 28, number % 100 * 28
        assert np.abs(sprite[top : top + 28, left : left + 28] - image).max() <= 8


def test_labels_predictions_and_probabilities_are_those_of_the_scores():
    test = some_rows(50)
    data = viewer_data(test, CLASSES, {"sgd": SCORES - 1, "knn": SCORES})
    assert (data["shown"], data["total"], data["classes"]) == (50, 50, CLASSES)
    np.testing.assert_array_equal(unpacked(data["labels"], "<u2"), test.labels)
    np.testing.assert_array_equal(unpacked(data["indices"], "<u4"), test.indices)
    assert [family["name"] for family in data["families"]] == ["sgd", "knn"]
    for family in data["families"]:
        predicted = unpacked(family["predicted"], "<u2")
        np.testing.assert_array_equal(predicted, SCORES.argmax(axis=1))
    sgd, knn = data["families"]  # of which sgd gives no probabilities
    of_label = SCORES[range(50), test.labels]
    for key, p in {"p_predicted": SCORES.max(axis=1), "p_label": of_label}.items():
        np.testing.assert_allclose(unpacked(knn[key], "u1") / 255, p, atol=0.5 / 255 + 1e-6)
        assert sgd[key] is None


def test_classes_may_be_many():
    scores = np.eye(1000, dtype=np.float32)[[999, 300, 0]]
    (family,) = viewer_data(some_rows(3), list(map(str, range(1000))), {"a": scores})["families"]
    assert unpacked(family["predicted"], "<u2").tolist() == [999, 300, 0]


def test_of_many_rows_only_the_first_are_taken(monkeypatch):
    monkeypatch.setattr(thumbnails, "LIMIT", 30)
    test = some_rows(50)
    data = viewer_data(test, CLASSES, {"knn": SCORES})
    assert (data["shown"], data["total"]) == (30, 50)
    first = viewer_data(test.take(np.arange(30)), CLASSES, {"knn": SCORES[:30]})
    assert data | {"total": 30} == first
