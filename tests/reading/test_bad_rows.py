from contextlib import nullcontext

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.reading.bad_rows import good_rows
from stages.reading.row_files import Part

ROW = np.zeros((1, 28, 28), np.uint8)


def part(*bad, last=(), name="train"):
    """One row a chunk, before which its share of bad ones has been found; some may come last."""
    found = []

    def chunks():
        for number, lines in enumerate(bad):
            found.extend(lines)
            yield ROW, [str(number)]
        found.extend(last)

    return Part(name, "mine", None, chunks(), found)


def labels(chunks):
    return [label for _, names in chunks for label in names]


def test_without_bad_rows_nothing_is_told(capsys):
    assert labels(good_rows(Part("train", "mine", 1, iter([(ROW, ["a"])])), False)) == ["a"]
    assert labels(good_rows(part([], []), False)) == ["0", "1"]
    assert capsys.readouterr().err == ""


def test_a_single_one_is_its_own_message(refused):
    with refused("^b: blank$"):
        list(good_rows(part([], last=["b: blank"]), False))


MANY = [f"{n}: blank" for n in range(12)]
TEN = "; ".join(MANY[:10])


def test_all_are_counted_and_ten_are_told(refused):
    chunks, read = good_rows(part(MANY[:5], [], MANY[5:11], last=MANY[11:]), False), []
    with refused(rf"^mine: 12 bad row\(s\): {TEN}; …\. Mend them, or have those with"):
        read += labels(chunks)


def test_asked_for_they_are_left_out_and_told(capsys):
    found = labels(good_rows(part(MANY[:5], [], MANY[5:11], last=MANY[11:]), True))
    assert found == ["0", "1", "2"]
    assert capsys.readouterr().err == f"mine: left out 12 bad row(s): {TEN}; …\n"


def test_rows_that_are_to_be_submitted_all_count(refused):
    with refused("^blank$"):
        list(good_rows(part([], ["blank"], name="unlabelled"), True))


@pytest.mark.parametrize(("skip_bad", "read"), [(False, 1), (True, 4)])
def test_where_most_are_bad_nothing_more_is_read(skip_bad, read):
    chunks, found = good_rows(part([], ["bad"] * 1000, [], []), skip_bad), []
    with nullcontext() if skip_bad else pytest.raises(UserError, match="at least 1,000 bad row"):
        for _, names in chunks:
            found += names
    assert len(found) == read
