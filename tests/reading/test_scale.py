import numpy as np
import pytest

from stages.reading.row_files import Part
from stages.reading.scale import in_full_range, rows_in_full_range

GREYS = np.random.default_rng(0).integers(0, 256, (6, 28, 28), np.uint8)


def part(name, images, chunk=2):
    slices = [slice(at, at + chunk) for at in range(0, len(images), chunk)]
    chunks = [(images[rows], [str(n) for n in range(6)][rows]) for rows in slices]
    return Part(name, f"{name} file", len(images), iter(chunks))


def pixels(part):
    return np.concatenate([images for images, _ in part.chunks])


@pytest.mark.parametrize("most", [1, 2, 15, 16, 100, 127])
def test_small_values_are_multiplied_and_told(most, capsys):
    images = GREYS % (most + 1)
    found, test = in_full_range([part("train", images), part("test", images[:2] // 2)])
    chunks = list(found.chunks)
    assert [labels for _, labels in chunks] == [["0", "1"], ["2", "3"], ["4", "5"]]
    expected = np.floor(images.astype(float) * 255 / most + 0.5)
    np.testing.assert_array_equal(np.concatenate([images for images, _ in chunks]), expected)
    np.testing.assert_array_equal(pixels(test), np.floor((images[:2] // 2) * 255.0 / most + 0.5))
    told = f"the greatest pixel is {most}: all are multiplied by 255/{most}\n"
    assert capsys.readouterr().err == f"train file and test file: {told}"


@pytest.mark.parametrize("bright", [[0], [3], [5]])
def test_one_bright_pixel_anywhere_is_enough_to_change_nothing(bright, capsys):
    images = GREYS % 17
    images[bright, 14, 14] = 128
    (found,) = in_full_range([part("train", images)])
    np.testing.assert_array_equal(pixels(found), images)
    assert capsys.readouterr().err == ""


def test_rows_are_read_only_until_the_scale_is_known():
    read = []
    chunks = ((GREYS[[n]], read.append(n)) for n in range(6))
    in_full_range([Part("train", "a", None, chunks)])
    assert read == [0]


def test_blank_rows_and_none_stay(capsys):
    blank, none = in_full_range([part("train", GREYS * 0), part("test", GREYS[:0])])
    assert not pixels(blank).any()
    assert list(none.chunks) == []
    assert capsys.readouterr().err == ""


def test_parts_of_two_scales_are_one_line(refused):
    with refused("test file: its greatest pixel is 1, but train file has pixels of up to 255"):
        in_full_range([part("train", GREYS), part("test", GREYS % 2)])


def test_the_rows_of_one_file():
    found = np.concatenate(list(rows_in_full_range("a", iter([GREYS[:3] % 2, GREYS[3:] % 2]))))
    np.testing.assert_array_equal(found, GREYS % 2 * 255)
