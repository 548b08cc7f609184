import pandas as pd
import pytest

from stages.core.errors import UserError
from stages.reporting.params import OneVsRest, example_for

CLASSES = ["4", "5", "6"]
TOLD = {
    "sgd": pd.DataFrame({"class": CLASSES, "auc": [0.9, 0.7, None]}),
    "svm": pd.DataFrame({"class": CLASSES, "auc": [0.5, 0.9, 0.9]}),
}


def test_another_data_sets_class_gives_way_to_the_one_that_is_told_worst(capsys):
    known = OneVsRest(label="4", families=["sgd", "svm"])
    assert example_for(known, CLASSES, TOLD) is known
    example = example_for(OneVsRest(label="Q", families=["sgd", "svm"]), CLASSES, TOLD)
    assert example.label == "5"
    assert "there is no class 'Q'; shown instead: '5'" in capsys.readouterr().out


def test_an_unknown_family_is_one_line():
    message = "report.one_vs_rest.families: unknown family 'sdg'; did you mean sgd"
    with pytest.raises(UserError, match=message):
        example_for(OneVsRest(label="5", families=["svm", "sdg"]), CLASSES, TOLD)
