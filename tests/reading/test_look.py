import cv2
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from stages.reading.look import are_solid, chosen_fit
from tests.reading.test_scan import scanned
from tests.reading.test_sheet import BROUGHT, written
from tests.reading.test_whole import garment


def icons():
    """Solid discs, boxes and stars, dark on white."""
    for n in range(12):
        sheet = np.full((64, 64), 255, np.uint8)
        if n % 3 == 0:
            cv2.circle(sheet, (32, 32), 15 + n, 40, -1)
        elif n % 3 == 1:
            cv2.rectangle(sheet, (8, 20 - n), (56, 50), 60, -1)
        else:
            angles = np.arange(10) * np.pi / 5
            spokes = np.where(np.arange(10) % 2, 18, 30)
            points = 32 + spokes * [np.cos(angles), np.sin(angles)]
            cv2.fillPoly(sheet, [points.T.round().astype(int)], 30)
        yield sheet


def test_clothes_and_icons_are_solid():
    assert are_solid([garment(seed) for seed in range(30)])
    assert are_solid([255 - garment(seed, 140) for seed in range(30)])
    assert are_solid(icons())


def test_digits_are_not_however_they_come(digits):
    blurred = [(image * 15).astype(np.uint8) for image in load_digits().images[:100]]
    large = [255 - np.asarray(Image.fromarray(image).resize((80, 80))) for image in blurred]
    for pictures in (digits.images[:60], map(scanned, digits.images[:60]), blurred, large):
        assert not are_solid(pictures)
    assert not are_solid([])


@pytest.mark.parametrize("brought", ["lines askew", "squares", "two strips", "a desk around"])
def test_nor_are_digits_on_sheets(digits, brought):
    assert not are_solid(written(image, BROUGHT[brought]) for image in digits.images[:10])


def test_a_line_says_what_was_chosen_and_how_to_overrule_it(tmp_path, digits, capsys):
    for name, image in (("1.png", digits.images[0]), ("2.png", garment(0))):
        Image.fromarray(image).save(tmp_path / name)
    (tmp_path / "0.png").write_bytes(b"no picture")
    assert chosen_fit(tmp_path, [tmp_path / "0.png", tmp_path / "1.png"]) == "digit"
    assert chosen_fit(tmp_path, [tmp_path / "2.png"]) == "whole"
    one, other = capsys.readouterr().out.splitlines()
    assert one.startswith(f"{tmp_path}: lines of ink are seen")
    assert one.endswith("if not so: download.fit: whole")
    assert other.endswith("so pictures are kept whole; if not so: download.fit: digit")
