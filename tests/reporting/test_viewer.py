import base64
import io

import numpy as np
import pytest
from PIL import Image

from stages.core.rows import Rows
from stages.reporting import viewer
from stages.reporting.viewer import viewer_data

CLASSES = ["0", "1", "2"]
SCORES = np.random.default_rng(1).random((50, 3), dtype=np.float32)
SCORES /= SCORES.sum(axis=1, keepdims=True)


def some_rows(count):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return Rows(images, np.arange(count) % 3, np.arange(count)[::-1] + 70_000)


def unpacked(text, kind):
    return np.frombuffer(base64.b64decode(text), kind)


@pytest.mark.parametrize("count", [1, 99, 100, 101, 250])
def test_the_sprite_holds_each_image_in_its_place(count):
    rows = some_rows(count)
    kind, png = viewer_data(rows, CLASSES, {})["sprite"].split(",")
    assert kind == "data:image/png;base64"
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    assert picture.size == (2800, 28 * -(-count // 100))
    grey = np.asarray(picture.convert("L")).astype(int)
    for number, image in enumerate(rows.images):
        top, left = number // 100 * 28, number % 100 * 28
        tile = grey[top : top + 28, left : left + 28]
        assert np.abs(tile - (255 - image.astype(int))).max() <= 8


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
    monkeypatch.setattr(viewer, "LIMIT", 30)
    test = some_rows(50)
    data = viewer_data(test, CLASSES, {"knn": SCORES})
    assert (data["shown"], data["total"]) == (30, 50)
    first = viewer_data(test.take(np.arange(30)), CLASSES, {"knn": SCORES[:30]})
    assert data | {"total": 30} == first
