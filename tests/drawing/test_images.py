import base64
import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from stages.drawing.images import images_grid, images_lines, shortened
from tests.drawing.svg import texts

LINK = "{http://www.w3.org/1999/xlink}href"


def embedded(svg):
    """The images of an SVG as the grey values that they were drawn from."""
    for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}image"):
        png = base64.b64decode(element.get(LINK).split(",")[1])
        grey = 255 - np.asarray(Image.open(io.BytesIO(png)).convert("L")).astype(int)
        # Matplotlib may turn an image over and have the SVG turn it back.
        yield grey[::-1] if "scale(1 -1)" in element.get("transform", "") else grey


def test_lines_name_themselves_and_hold_every_image(digits):
    lines = {"one": digits.images[:4], "other": digits.images[4:8]}
    svg = images_lines("Title", lines, ("a", "b", "$c$", "a name too long"))
    assert {"Title", "one", "other", "a", "b", "$c$", "a name to…"} <= set(texts(svg))
    np.testing.assert_allclose(list(embedded(svg)), digits.images[:8], atol=1)


@pytest.mark.parametrize("count", [1, 5, 32])
def test_a_grid_has_each_label_over_its_image(digits, count):
    labels = [f"label {n}" for n in range(count)]
    svg = images_grid("Title", digits.images[:count], labels, columns=8)
    assert [text for text in texts(svg) if text.startswith("label")] == labels
    np.testing.assert_allclose(list(embedded(svg)), digits.images[:count], atol=1)
    assert len(svg) < 100_000


def test_pixels_stay_as_many_as_they_are():
    wide = np.zeros((2, 3, 7), np.uint8)
    wide[:, 1, 2] = 200
    np.testing.assert_allclose(list(embedded(images_lines("Title", {"wide": wide}))), wide, atol=1)


def test_only_long_names_are_cut():
    assert shortened("0123456789") == "0123456789"
    assert shortened("0123456789a") == "012345678…"
