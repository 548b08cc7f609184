"""`make search FAMILY=torch_cnn TRIALS=20`: Optuna looks for better params of one family.

Each trial is a DVC experiment that fits and evaluates this family alone; what counts is validation
accuracy. The study is kept: a search that was killed goes on, and a larger TRIALS goes further.
"""

import sys
from pathlib import Path

import optuna
import pandas as pd
from optuna.importance import FanovaImportanceEvaluator, get_param_importances
from optuna.study import Study
from optuna.trial import TrialState

from stages.core.errors import UserError, run
from stages.core.files import read_json, write_text
from stages.core.params import Family, read_block, read_family
from stages.core.paths import DATASET
from stages.drawing.style import standalone
from stages.experiments import dvc_experiment, dvc_files
from stages.experiments.baseline import require_committed, require_shared
from stages.experiments.importance_figure import importance_figure
from stages.experiments.plan import changed
from stages.experiments.search_space import Search, Space, decoded
from stages.experiments.study import NAME, ended, open_study, recover, run_trial
from stages.frameworks.contract import open_block
from stages.serving.command_line import Parser

TABLES, PICTURES = Path("metrics/search"), Path("plots/search")


def read_space(name: str) -> tuple[Search, Space]:
    """The block `search` and the family's space, every end of which the family takes.

    Raises `UserError`.
    """
    block, search = read_family(name), read_block(Search, "search")
    if name not in search.spaces:
        known = ", ".join(search.spaces) or "none"
        raise UserError(f"params.yaml: search.spaces: no space for {name!r}; there are: {known}")
    classes = len(read_json(DATASET)["classes"])
    for key, values in search.spaces[name].items():
        for value in values.ends:
            where = f"search.spaces.{name}.{key}"
            try:
                open_block(name, Family(**changed(block, {key: value}, where)), classes)
            except UserError as error:
                raise UserError(f"{error} (as {where} would set it)") from None
    return search, search.spaces[name]


def write_table(study: Study, name: str, space: Space) -> None:
    """All trials that count, as CSV."""
    lines = [
        {
            "trial": number,
            "experiment": trial.user_attrs[NAME],
            "state": trial.state.name.lower(),
            "validation_accuracy": trial.value if trial.state is TrialState.COMPLETE else None,
            **decoded(trial.params, space),
        }
        for number, trial in enumerate(ended(study), start=1)
    ]
    write_text(TABLES / f"{name}.csv", pd.DataFrame(lines).to_csv(index=False))


def draw_importances(study: Study, name: str, seed: int) -> None:
    """Which params matter; nothing where the trials do not differ, as then none does."""
    complete = study.get_trials(states=(TrialState.COMPLETE,))
    if len({trial.value for trial in complete}) > 1:
        shares = get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=seed))
        picture = importance_figure(shares, name, len(complete))
        write_text(PICTURES / f"{name}.svg", standalone(picture))


def search(name: str, trials: int) -> None:
    """Run what is missing to so many trials, then write what was found; raises `UserError`."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    dvc_files.wait_for_others("stages.experiments.search")
    dvc_experiment.clear_killed()
    require_shared()
    block, space = read_space(name)
    study = open_study(name, block, space)
    recover(study, name, space)
    require_committed(besides=[TABLES, PICTURES])
    while (done := len(ended(study))) < trials:
        came = run_trial(study, name, space, block.seed)
        print(f"{name}: trial {done + 1} of {trials}: {came}", flush=True)
    write_table(study, name, space)
    draw_importances(study, name, block.seed)
    if not study.get_trials(states=(TrialState.COMPLETE,)):
        raise UserError(
            f"{name}: no trial ended well; {TABLES / name}.csv and the lines above tell"
        )
    best = study.best_trial
    told = ", ".join(f"{key}={value}" for key, value in decoded(best.params, space).items())
    print(f"best: {best.user_attrs[NAME]}, validation accuracy {best.value:.2%} ({told})")
    print(f"take it over: dvc exp apply {best.user_attrs[NAME]}")


def main() -> None:
    parser = Parser(
        "python -m stages.experiments.search", description="Search better params of a family."
    )
    parser.add_argument("family", help="one that has a space in params.yaml, block search")
    parser.add_argument("--trials", type=int, default=20, help="in all, with those of before")
    asked = parser.parse_args(sys.argv[1:])
    if asked.trials < 1:
        raise UserError(f"--trials: got {asked.trials}; expected a number from 1")
    try:
        search(asked.family, asked.trials)
    except KeyboardInterrupt:
        raise UserError("interrupted; the same command goes on with what is left") from None


if __name__ == "__main__":
    run(main)
