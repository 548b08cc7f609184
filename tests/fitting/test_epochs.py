import numpy as np
import pytest

from stages.core.errors import UserError
from stages.core.rows import Rows
from stages.fitting.epochs import MIN_STEPS, EpochLog, repeated


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


def test_a_fit_without_epochs_is_told_as_such_and_kept_as_one(capsys):
    log = EpochLog("tree")
    log.once(train=(None, 1.0), validation=(None, 0.875))
    assert log.curve == [
        {"epoch": 1, "split": "train", "loss": None, "accuracy": 1.0},
        {"epoch": 1, "split": "validation", "loss": None, "accuracy": 0.875},
    ]
    told = "tree: fitted: train accuracy 1.0000, validation accuracy 0.8750\n"
    assert capsys.readouterr().out == told


@pytest.mark.parametrize(
    ("rows", "epochs", "batch", "least", "times"),
    [
        (50_000, 1, 128, MIN_STEPS, 1),  # MNIST, by the shortest recipe
        (240, 8, 128, 390, 25),  # 2 batches an epoch, 16 in all
        (240, 390, 128, 390, 1),
        (1, 1, 128, 7, 7),
        (129, 1, 128, 3, 2),
    ],
)
def test_few_rows_are_seen_several_times_an_epoch(rows, epochs, batch, least, times):
    few = Rows(np.zeros((rows, 28, 28), "u1"), np.arange(rows), np.arange(rows))
    seen = repeated(few, epochs, batch, least)
    np.testing.assert_array_equal(seen.labels, list(range(rows)) * times)
    assert (seen is few) == (times == 1)


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_stops_the_fit(loss):
    with pytest.raises(UserError, match="families.tiny: the train loss is (nan|inf) after epoch 1"):
        EpochLog("tiny")(train=(loss, 0.1))
