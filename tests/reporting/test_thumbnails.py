import base64
import io

import numpy as np
from PIL import Image

from stages.reporting.thumbnails import block, data_uri, pair_blocks


def test_a_picture_is_the_digit_dark_on_white(digits):
    image = digits.images[0]
    uri = data_uri(image)
    assert uri == data_uri(image)
    png = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    shown = np.asarray(Image.open(io.BytesIO(png)).convert("L")).astype(int)
    assert np.abs(shown - (255 - image.astype(int))).max() <= 9  # 16 greys


def test_a_block_is_filled_line_by_line(digits):
    found = block(digits.images[:6])
    assert found.shape == (112, 112)
    np.testing.assert_array_equal(found[28:56, 28:56], digits.images[5])
    assert not found[56:].any()


def test_four_blocks_for_a_pair(digits):
    labels = np.array([3, 3, 5, 5, 5, 3, 8])
    predicted = np.array([3, 5, 3, 5, 5, 5, 3])
    found = pair_blocks(digits.images[:7], labels, predicted, (3, 5))
    assert [each[:3] for each in found] == [(3, 3, 1), (3, 5, 2), (5, 3, 1), (5, 5, 2)]
    np.testing.assert_array_equal(found[1][3], block(digits.images[[1, 5]]))
