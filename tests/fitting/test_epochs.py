import pytest

from stages.core.errors import UserError
from stages.fitting.epochs import EpochLog


def test_the_curve_says_what_was_logged(capsys):
    log = EpochLog("tiny")
    log(train=(0.5, 0.8), validation=(0.6, 0.75))
    log(train=(0.25, None), validation=(None, 0.8123456789))
    assert log.curve == [
        {"epoch": 1, "split": "train", "loss": 0.5, "accuracy": 0.8},
        {"epoch": 1, "split": "validation", "loss": 0.6, "accuracy": 0.75},
        {"epoch": 2, "split": "train", "loss": 0.25, "accuracy": None},
        {"epoch": 2, "split": "validation", "loss": None, "accuracy": 0.812346},
    ]
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
