import pytest

from stages.common.errors import UserError
from stages.common.report_params import OneVsRest, check_example

CLASSES, FAMILIES = ["4", "5"], {"sgd": None, "svm": None}


def test_an_example_of_known_names_passes():
    check_example(OneVsRest(label="5", families=["sgd", "svm"]), CLASSES, FAMILIES)


@pytest.mark.parametrize(
    ("label", "family", "message"),
    [
        ("6", "sgd", "report.one_vs_rest.label: unknown class '6'; it may be one of: 4, 5"),
        ("5", "sdg", "report.one_vs_rest.families: unknown family 'sdg'"),
    ],
)
def test_unknown_names_are_one_line(label, family, message):
    with pytest.raises(UserError, match=message):
        check_example(OneVsRest(label=label, families=["svm", family]), CLASSES, FAMILIES)
