import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from stages.core.rows import Rows
from stages.reporting import viewer
from stages.reporting.viewer import viewer_data

CLASSES = ["0", "1", "2"]


def some_rows(count, classes=3):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return Rows(images, np.arange(count) % classes, np.arange(count)[::-1] + 70_000)


def some_probabilities(count, classes=3):
    drawn = np.random.default_rng(1).random((count, classes), dtype=np.float32)
    return drawn / drawn.sum(axis=1, keepdims=True)


def unpacked(text, kind):
    return np.frombuffer(base64.b64decode(text), kind)


@pytest.mark.parametrize("count", [1, 99, 100, 101, 250])
def test_the_sprite_holds_each_image_in_its_place(count):
    rows = some_rows(count)
    sprite = viewer_data(rows, CLASSES, {})["sprite"]
    kind, png = sprite.split(",")
    assert kind == "data:image/png;base64"
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    assert picture.size == (2800, 28 * -(-count // 100))
    grey = np.asarray(picture.convert("L")).astype(int)
    for number, image in enumerate(rows.images):
        top, left = number // 100 * 28, number % 100 * 28
        tile = grey[top : top + 28, left : left + 28]
        assert np.abs(tile - (255 - image.astype(int))).max() <= 8


def test_labels_predictions_and_probabilities_are_those_of_the_scores():
    test, scores = some_rows(50), some_probabilities(50)
    data = viewer_data(test, CLASSES, {"knn": scores})
    assert (data["shown"], data["total"], data["classes"]) == (50, 50, CLASSES)
    np.testing.assert_array_equal(unpacked(data["labels"], "<u2"), test.labels)
    np.testing.assert_array_equal(unpacked(data["indices"], "<u4"), test.indices)
    (knn,) = data["families"]
    np.testing.assert_array_equal(unpacked(knn["predicted"], "<u2"), scores.argmax(axis=1))
    np.testing.assert_allclose(
        unpacked(knn["p_predicted"], "u1") / 255, scores.max(axis=1), atol=0.5 / 255 + 1e-6
    )
    np.testing.assert_allclose(
        unpacked(knn["p_label"], "u1") / 255, scores[range(50), test.labels], atol=0.5 / 255 + 1e-6
    )


def test_scores_that_are_no_probabilities_give_none():
    scores = some_probabilities(20) - 1
    (sgd,) = viewer_data(some_rows(20), CLASSES, {"sgd": scores})["families"]
    assert sgd["p_predicted"] is None
    assert sgd["p_label"] is None
    np.testing.assert_array_equal(unpacked(sgd["predicted"], "<u2"), scores.argmax(axis=1))


def test_families_keep_their_order_and_classes_may_be_many():
    classes = [str(number) for number in range(1000)]
    scores = np.eye(1000, dtype=np.float32)[[999, 300, 0]]
    data = viewer_data(some_rows(3), classes, {"b": scores, "a": scores})
    assert [family["name"] for family in data["families"]] == ["b", "a"]
    assert unpacked(data["families"][0]["predicted"], "<u2").tolist() == [999, 300, 0]


def test_of_many_rows_only_the_first_are_taken(monkeypatch):
    monkeypatch.setattr(viewer, "LIMIT", 30)
    test, scores = some_rows(50), some_probabilities(50)
    data = viewer_data(test, CLASSES, {"knn": scores})
    assert (data["shown"], data["total"]) == (30, 50)
    first = viewer_data(test.take(np.arange(30)), CLASSES, {"knn": scores[:30]})
    assert data | {"total": 30} == first


def test_the_same_rows_give_the_same_bytes():
    test, scores = some_rows(50), {"knn": some_probabilities(50)}
    assert json.dumps(viewer_data(test, CLASSES, scores)) == json.dumps(
        viewer_data(test, CLASSES, scores)
    )
