import pytest

from stages.core.errors import UserError
from stages.fitting.epochs import EpochLog


def test_what_is_logged_is_told_and_kept_rounded(capsys):
    log = EpochLog("tiny")
    log(train=(0.5, 0.8), validation=(0.6, 0.75))
    log(train=(0.25, None), validation=(None, 0.8123456789))
    log.warn("stopped early")
    assert log.curve == [
        {"epoch": 1, "split": "train", "loss": 0.5, "accuracy": 0.8},
        {"epoch": 1, "split": "validation", "loss": 0.6, "accuracy": 0.75},
        {"epoch": 2, "split": "train", "loss": 0.25, "accuracy": None},
        {"epoch": 2, "split": "validation", "loss": None, "accuracy": 0.812346},
    ]
    assert log.warnings == ["stopped early"]
    first, _, warning = capsys.readouterr().out.splitlines()
    assert first.startswith("tiny: epoch 1: train loss 0.5000, train accuracy 0.8000")
    assert warning == "tiny: warning: stopped early"


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_stops_the_fit(loss):
    with pytest.raises(UserError, match="families.tiny: the train loss is (nan|inf) after epoch 1"):
        EpochLog("tiny")(train=(loss, 0.1))
