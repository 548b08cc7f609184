import numpy as np

from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_family


def test_a_fit_that_stopped_early_tells_how_to_repeat_it_without_validation_rows(digits):
    train, validation = digits.take(np.arange(60)), digits.take(np.arange(60, 120))

    def fit(**changes):
        family = open_family("keras_simple", classes=10)
        params = family.params.model_copy(update={"min_steps": 1, "batch_size": 10} | changes)
        log = EpochLog("keras_simple")
        model = family._replace(params=params).fit(train, validation, log)
        return family.score(model, validation.images), log

    stopped, log = fit(epochs=40, patience=2, learning_rate=0.01)
    losses = [each["loss"] for each in log.curve if each["split"] == "validation"]
    best = 1 + int(np.argmin(losses))
    assert best < len(losses) < 40
    assert log.refit == {"epochs": best, "patience": None}
    again, log = fit(learning_rate=0.01, **log.refit)
    assert (len(log.curve) / 2, log.refit) == (best, {})
    np.testing.assert_array_equal(again, stopped)
