import pytest

from stages.reading.class_names import clean_name, in_order


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (" a\t", "a"),
        ("\u00a0a b\n", "a b"),
        ("e\u0301", "\u00e9"),
        ("\u00e9", "\u00e9"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),  # Hindi, with a joiner
        ("x" * 255, "x" * 255),
    ],
)
def test_names_that_look_alike_are_alike(name, expected):
    assert clean_name(name, "here") == expected


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "^here: got no name; expected one to 255 visible characters in UTF-8; rename it$"),
        (" \n", "got no name"),
        ("a\nb", r"^here: got the name 'a\\nb', with a control character; expected"),
        ("a\x1b[31m", r"'a\\x1b\[31m', with a control character"),
        ("a\udcff", r"'a\\udcff', with no UTF-8"),
        ("a\u202eb", r"'a\\u202eb', with an invisible character"),
        ("a\u2028b", "with a line separator"),
        ("9" * 5000, "with 5,000 characters"),
    ],
)
def test_other_names_are_one_line(refused, name, message):
    with refused(message):
        clean_name(name, "here")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["10", "9"], ["9", "10"]),
        (["01", "1", "-1"], ["-1", "01", "1"]),
        (["1", "01"], ["01", "1"]),
        (["10", "9", "a"], ["10", "9", "a"]),
        (["ä", "b"], ["b", "ä"]),
        (["1", "--1"], ["--1", "1"]),
        (["2", "²"], ["2", "²"]),
        (["9" * 255, "1" + "0" * 254], ["1" + "0" * 254, "9" * 255]),
    ],
)
def test_numbers_are_ordered_by_value(names, expected):
    assert in_order(names) == expected
