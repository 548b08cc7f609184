import pytest

from stages.core.errors import UserError
from stages.reading.csv_layout import read_layout

NAMES = [f"pixel{number}" for number in range(784)]
VALUES = ["0"] * 784
PLACES = list(range(784))


@pytest.fixture
def layout(tmp_path):
    """Writes a first line, and reads the layout."""

    def layout(line, label="label"):
        (tmp_path / "a.csv").write_text(line, encoding="utf-8")
        return read_layout(tmp_path / "a.csv", label)

    return layout


@pytest.mark.parametrize(
    ("fields", "label", "expected"),
    [
        (VALUES, "label", (False, 784, PLACES, None)),
        (["7", *VALUES], "label", (False, 785, list(range(1, 785)), 0)),
        (["seven", *VALUES], "label", (False, 785, list(range(1, 785)), 0)),
        ([*VALUES, "7"], -1, (False, 785, PLACES, 784)),
        (NAMES, "label", (True, 784, PLACES, None)),
        (NAMES[::-1], "label", (True, 784, PLACES[::-1], None)),
        ([*NAMES, "digit"], "digit", (True, 785, PLACES, 784)),
        (["label", *(f"{n}x" for n in PLACES)], "label", (True, 785, list(range(1, 785)), 0)),
    ],
)
def test_header_label_and_pixels(layout, fields, label, expected):
    assert layout(",".join(fields), label) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("\ufeff", "0 columns, expected 784"),
        (",".join(VALUES[:700]), "700 columns, expected 784 pixels, or 785 columns"),
        (";".join(VALUES), "not separated by commas"),
        ("\t".join(NAMES), "not separated by commas"),
        (",".join(NAMES[2:]), "missing columns: 'pixel0' and 1 more"),
        (",".join(NAMES[:5]), "missing columns: 'pixel5' and 778 more"),
        (",".join(["pixel0", *NAMES[:-1]]), "columns named twice: 'pixel0'"),
        (",".join(["digit", *NAMES]), "unknown columns: 'digit'"),
        (",".join(f"p{n}" for n in range(783)), "783 columns beside the label"),
    ],
)
def test_a_first_line_that_does_not_do_is_told_in_one_line(layout, line, message):
    with pytest.raises(UserError, match=message) as error:
        layout(line)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400
