import io

import pandas as pd
import pytest

from stages.core.errors import UserError
from stages.fitting.epochs import COLUMNS, EpochLog


def test_the_curve_says_what_was_logged(capsys):
    log = EpochLog("tiny")
    log(train=(0.5, 0.8), validation=(0.6, 0.75))
    log(train=(0.25, None), validation=(None, 0.8123456789))
    curve = pd.read_csv(io.StringIO(log.to_csv()))
    assert curve.columns.tolist() == COLUMNS
    assert curve["epoch"].tolist() == [1, 1, 2, 2]
    assert curve["loss"].tolist()[:3] == [0.5, 0.6, 0.25]
    assert curve["accuracy"].isna().tolist() == [False, False, True, False]
    assert curve["accuracy"].iloc[3] == 0.812346
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("tiny: epoch 1: train loss 0.5000, train accuracy 0.8000")


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_stops_the_fit(loss):
    with pytest.raises(UserError, match="families.tiny: the train loss is (nan|inf) after epoch 1"):
        EpochLog("tiny")(train=(loss, 0.1))


def test_a_warning_is_told_and_kept(capsys):
    log = EpochLog("tiny")
    log.warn("stopped early")
    assert log.warnings == ["stopped early"]
    assert capsys.readouterr().out == "tiny: warning: stopped early\n"
