import optuna
import pytest

from stages.core.errors import UserError
from stages.core.params import check
from stages.experiments.search_space import Search, decoded, suggested

SPACE = {
    "fit.epochs": {"low": 1, "high": 4},
    "fit.learning_rate": {"low": 0.001, "high": 0.1, "log": True},
    "build.hidden": {"choices": [[8], [16, 8], None]},
}


def space(**values):
    return check(Search, {"seed": 0, "spaces": {"f": values or SPACE}}, "search").spaces["f"]


def test_values_are_of_their_kind_and_in_their_range():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    found = [suggested(study.ask(), space()) for _ in range(40)]
    assert {each["fit.epochs"] for each in found} == {1, 2, 3, 4}
    rates = [each["fit.learning_rate"] for each in found]
    assert all(0.001 <= rate <= 0.1 for rate in rates)
    assert sum(rate < 0.01 for rate in rates) > 10, "half of them, by their logarithm"
    hidden = [each["build.hidden"] for each in found]
    assert all(choice in hidden for choice in ([8], [16, 8], None))


def test_what_optuna_keeps_is_read_back(tmp_path):
    study = optuna.create_study(storage=f"sqlite:///{tmp_path}/s.db", study_name="s")
    values = suggested(study.ask(), space())
    again = optuna.load_study(storage=f"sqlite:///{tmp_path}/s.db", study_name="s")
    assert decoded(again.trials[0].params, space()) == values


@pytest.mark.parametrize(
    ("key", "values", "message"),
    [
        ("fit.epochs", {"low": 1}, "it should have `choices`, or `low` and `high`"),
        ("fit.epochs", {"choices": [1, 2], "low": 1}, "it should have `choices`, or"),
        ("fit.epochs", {"low": 3, "high": 1}, "it should have `low` < `high`"),
        ("fit.epochs", {"low": 0, "high": 1, "log": True}, "it should have 0 < `low` < `high`"),
        ("fit.epochs", {"choices": [1]}, "search.spaces.f.fit.epochs.choices: got [1]"),
        ("fit.epochs", {"lo": 1}, "unknown key"),
        ("epochs", {"low": 1, "high": 2}, "String should match pattern"),
    ],
)
def test_a_mistake_is_one_line_that_names_its_key(key, values, message):
    with pytest.raises(UserError) as caught:
        space(**{key: values})
    line = str(caught.value)
    assert line.startswith(f"params.yaml: search.spaces.f.{key}")
    assert message in line
    assert "\n" not in line
