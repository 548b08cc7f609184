import numpy as np

from stages.reporting.page_parts import confused_blocks, images_of, picture
from stages.reporting.thumbnails import data_uri


def test_the_mistaken_pair_of_each_family_is_found_in_its_scores(digits):
    test = digits.take(np.arange(60))
    wrong = np.eye(10)[np.where(test.labels == 3, 5, test.labels)]
    worst = {"a": {"actual": "3", "predicted": "5", "count": 7}, "b": None}
    found = confused_blocks(worst, list("0123456789"), test, {"a": wrong, "b": wrong})
    assert list(found) == ["a"]
    threes, fives = (test.labels == 3).sum(), (test.labels == 5).sum()
    kinds = {each[:2]: each[2] for each in found["a"]}
    assert kinds == {(3, 3): 0, (3, 5): threes, (5, 3): 0, (5, 5): fives}
    label, predicted, count, uri = picture(found["a"][1])
    assert (label, predicted, count, uri) == (3, 5, threes, data_uri(found["a"][1][3]))


def test_digits_are_found_by_their_place_in_the_file(digits):
    test = digits.take(np.array([40, 7, 300]))
    pictures = images_of({300, 7}, test)
    assert pictures == {7: data_uri(digits.images[7]), 300: data_uri(digits.images[300])}
