"""The command `search`: Optuna looks for better params of one family.

Each trial is a DVC experiment that fits and evaluates this family alone; what counts is validation
accuracy. Which params a trial tries hangs on the seed and on the trials before it, and what has
been fitted is found again, so a search that was killed goes on, and more trials go further.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import optuna
import pandas as pd
from optuna.importance import FanovaImportanceEvaluator, get_param_importances
from optuna.study import Study
from optuna.trial import Trial, TrialState

from stages.core.errors import UserError
from stages.core.files import read_json, write_text
from stages.core.params import read_family
from stages.core.paths import DATASET
from stages.drawing.style import standalone
from stages.experiments.collect import references, validation_accuracy
from stages.experiments.figures import importance_figure
from stages.experiments.fit import Fit, new_fit, require_allowed, rows_digest
from stages.experiments.runs import at_work, run_fits
from stages.experiments.schema import FILE, Space, read_search

TABLES, PICTURES = Path("metrics/search"), Path("plots/search")


def search(family: str, trials: int) -> None:
    """Run what is missing to so many trials, then write what was found; raises `UserError`."""
    block, settings = read_family(family), read_search()
    if family not in settings.spaces:
        known = ", ".join(settings.spaces) or "none"
        raise UserError(f"{FILE}: search.spaces: no space for {family!r}; there are: {known}")
    space = settings.spaces[family]
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study, lines = optuna.create_study(direction="maximize"), []
    with at_work():
        where, rows = f"search.spaces.{family}", rows_digest()
        fit_of = partial(new_fit, family, block, seed=block.seed, rows=rows, where=where)
        require_space(space, fit_of, where)
        for number in range(trials):
            study.sampler = optuna.samplers.TPESampler(seed=settings.seed + number)
            trial = study.ask()
            lines.append(run_trial(study, trial, fit_of(suggested(trial, space)), trials))
    write_text(TABLES / f"{family}.csv", pd.DataFrame(lines).to_csv(index=False))
    draw_importances(study, family, settings.seed)
    tell_best(lines, space)


def require_space(space: Space, fit_of: Callable[[dict[str, Any]], Fit], where: str) -> None:
    """Raise `UserError` unless the family takes both ends of each range, and every choice."""
    classes = read_json(DATASET)["classes"]
    for key, values in space.items():
        for value in values.ends:
            require_allowed(fit_of({key: value}), classes, f"{FILE}: {where}.{key}")


def suggested(trial: Trial, space: Space) -> dict[str, Any]:
    """A value for each key. Choices are asked for as JSON: to Optuna a list is no value."""
    values = {}
    for key, may in space.items():
        if may.choices is not None:
            texts = [json.dumps(each) for each in may.choices]
            values[key] = json.loads(trial.suggest_categorical(key, texts))
        elif isinstance(may.low, int) and isinstance(may.high, int):
            values[key] = trial.suggest_int(key, may.low, may.high, log=may.log)
        else:
            values[key] = trial.suggest_float(key, may.low, may.high, log=may.log)
    return values


def run_trial(study: Study, trial: Trial, fit: Fit, trials: int) -> dict[str, Any]:
    """The line that one of so many trials has in the table; its fit is run if missing."""
    why, there = None, references({fit.experiment})
    if not there:
        ((_, why),) = run_fits([fit], 1)
        there = references({fit.experiment})
    accuracy = validation_accuracy(there[fit.experiment], fit.family) if there else None
    state = TrialState.FAIL if accuracy is None else TrialState.COMPLETE
    study.tell(trial, accuracy, state)
    number, came = trial.number + 1, why or f"validation accuracy {accuracy:.2%}"
    print(f"{fit.family}: trial {number} of {trials}: {came}", flush=True)
    return {
        "trial": number,
        "experiment": fit.experiment,
        "state": state.name.lower(),
        "validation_accuracy": accuracy,
        **fit.values,
    }


def draw_importances(study: Study, family: str, seed: int) -> None:
    """Which params matter; nothing where the trials do not differ, as then none does."""
    complete = study.get_trials(states=(TrialState.COMPLETE,))
    if len({trial.value for trial in complete}) > 1:
        shares = get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=seed))
        picture = importance_figure(shares, family, len(complete))
        write_text(PICTURES / f"{family}.svg", standalone(picture))


def tell_best(lines: list[dict[str, Any]], space: Space) -> None:
    """Print the best trial, the first of equals; raises `UserError` where none ended well."""
    if not (complete := [line for line in lines if line["validation_accuracy"] is not None]):
        raise UserError("search: no trial ended well; the lines above tell")
    best = max(complete, key=lambda line: line["validation_accuracy"])
    values = ", ".join(f"{key}={best[key]}" for key in space)
    accuracy = f"validation accuracy {best['validation_accuracy']:.2%}"
    print(f"best: {best['experiment']}, {accuracy} ({values})")
    print(f"take it over: dvc exp apply {best['experiment']}")
