import base64
import io

import numpy as np
from PIL import Image

from stages.reporting.page_parts import confused_blocks, images_of
from stages.reporting.thumbnails import data_uri


def test_a_picture_is_the_digit_dark_on_white(digits):
    image = digits.images[0]
    uri = data_uri(image)
    assert uri == data_uri(image)
    png = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    shown = np.asarray(Image.open(io.BytesIO(png)).convert("L")).astype(int)
    assert np.abs(shown - (255 - image.astype(int))).max() <= 9  # 16 greys


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
