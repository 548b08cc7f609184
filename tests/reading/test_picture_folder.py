from itertools import product

import numpy as np
import pytest
from PIL import Image

from stages.reading.picture_folder import parts


@pytest.fixture
def draw(tmp_path, digits):
    """Saves a digit as a picture: dark on light, enlarged, off centre; returns the root folder."""

    def draw(place, number, mode="L"):
        path = tmp_path / "mine" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.fromarray(255 - digits.images[number]).resize((112, 112))
        sheet = Image.new("L", (190, 150), 255)
        sheet.paste(image, (60, 20))
        sheet.convert(mode).save(path)
        return tmp_path / "mine"

    return draw


def test_pictures_under_their_classes(draw, digits, brought):
    for n in range(30):
        kind = ("png", "jpg", "bmp")[n % 3]
        root = draw(f"train/{digits.labels[n]} of ten/{n:02}.{kind}", n, "RGB" if n % 2 else "L")
    draw("test/3 of ten/a.png", 33)
    arrays, dataset = brought(parts(root))
    assert dataset["classes"] == [f"{n} of ten" for n in range(10)]
    assert arrays["train-labels-idx1-ubyte"].tolist() == sorted(digits.labels[:30].tolist())
    assert arrays["t10k-labels-idx1-ubyte"].tolist() == [3]
    # Within their class in the order of their names; each looks like the digit that was drawn.
    order = np.argsort(digits.labels[:30], kind="stable")
    steps = list(product(range(-2, 3), repeat=2))
    for found, drawn in zip(arrays["train-images-idx3-ubyte"], digits.images[order], strict=True):
        shifts = [np.roll(found, step, (0, 1)) for step in steps]
        alike = [np.corrcoef(each.ravel(), drawn.ravel())[0, 1] for each in shifts]
        assert max(alike) > 0.75


def test_classes_alone_are_all_for_training(draw, brought):
    for n in range(6):
        root = draw(f"{'ab'[n % 2]}/{n}.png", n)
    arrays, dataset = brought(parts(root))
    assert dataset["classes"] == ["a", "b"]
    assert set(arrays) == {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}


def test_what_is_no_folder_of_classes_is_one_line(tmp_path, draw, refused):
    with refused("none: not a folder; expected one with a folder for each"):
        parts(tmp_path / "none")
    root = draw("a.png", 0)
    with refused("mine: no folder in it; expected one for each class"):
        parts(root)
    (root / "b").mkdir()
    with refused("b: no picture in this folder; looked for"):
        parts(root)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no picture", "bad.png: not a picture of a known kind"),
        (None, "bad.png: blank, nothing to be seen on it"),
    ],
)
def test_a_bad_picture_among_good_ones_is_named(draw, brought, refused, content, message):
    for n in range(6):
        root = draw(f"{'ab'[n % 2]}/{n}.png", n)
    if content:
        (root / "a/bad.png").write_bytes(content)
    else:
        Image.new("L", (40, 40), 200).save(root / "a/bad.png")
    with refused(message):
        brought(parts(root))
