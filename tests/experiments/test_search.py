import json
import re

import optuna

from stages.experiments.schema import Values
from stages.experiments.search import suggested, tell_best

SPACE = {
    "fit.epochs": Values(low=1, high=4),
    "fit.learning_rate": Values(low=0.001, high=0.1, log=True),
    "build.hidden": Values(choices=[[8], [16, 8], None]),
}


def test_values_are_of_their_kind_and_in_their_range():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    found = [suggested(study.ask(), SPACE) for _ in range(40)]
    assert {each["fit.epochs"] for each in found} == set(range(1, 5))
    rates = [each["fit.learning_rate"] for each in found]
    assert all(0.001 <= rate <= 0.1 for rate in rates)
    assert sum(rate < 0.01 for rate in rates) > 10, "half of them, by their logarithm"
    assert {json.dumps(each["build.hidden"]) for each in found} == {"[8]", "[16, 8]", "null"}


def test_the_best_is_the_first_of_equals_and_none_that_failed(capsys):
    accuracies = {"f-1": None, "f-2": 0.5, "f-3": 0.75, "f-4": 0.75}
    lines = [
        {"experiment": name, "validation_accuracy": accuracy, "fit.epochs": 2}
        for name, accuracy in accuracies.items()
    ]
    tell_best(lines, {"fit.epochs": Values(low=1, high=4)})
    best, command = capsys.readouterr().out.splitlines()
    assert re.match(r"best: f-3, .*75\.00% \(fit\.epochs=2\)", best)
    assert command.endswith("dvc exp apply f-3")
