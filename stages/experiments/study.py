"""A search's study: which trials there were, what came of them, and the next one."""

from pathlib import Path

import optuna
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from stages.core.params import Family, read_family
from stages.experiments import dvc_experiment, dvc_files
from stages.experiments.digest import digest
from stages.experiments.plan import changed
from stages.experiments.search_space import Search, Space, decoded, suggested
from stages.frameworks.contract import code_hashes

STUDIES = Path("data/studies")
LOST = "lost"  # the study's attribute: numbers of trials that were killed, which do not count
NAME = "experiment"  # a trial's attribute
WARM_UP = 5  # trials that nobody ends early; the median of fewer says little


def open_study(name: str, search: Search, space: Space) -> Study:
    """The study of this family, space, data and code, kept in a file; a change begins a new one."""
    block = read_family(name)
    for key in space:
        block = Family(**changed(block, {key: space[key].ends[0]}, f"search.spaces.{name}"))
    described = {key: values.model_dump() for key, values in space.items()}
    rows = dvc_files.hashes("split")
    mark = digest(search.seed, described, block.model_dump(), code_hashes(block), rows)
    STUDIES.mkdir(parents=True, exist_ok=True)
    return optuna.create_study(
        study_name=f"{name}-{mark}",
        storage=f"sqlite:///{STUDIES / name}.db",
        direction="maximize",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=WARM_UP, n_warmup_steps=1),
        load_if_exists=True,
    )


def ended(study: Study) -> list[FrozenTrial]:
    """The trials that count: not the one under way, nor those that were killed."""
    lost = study.user_attrs.get(LOST, [])
    return [each for each in study.trials if each.state.is_finished() and each.number not in lost]


def recover(study: Study, name: str, space: Space) -> None:
    """Take in what a killed search had made, or forget its last trial, which then comes again."""
    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        dvc_experiment.restore_params(name, decoded(trial.params, space))
        experiment = trial.user_attrs.get(NAME)
        accuracy = experiment and dvc_experiment.validation_accuracy(experiment, name)
        if accuracy is None:
            study.set_user_attr(LOST, [*study.user_attrs.get(LOST, []), trial.number])
            study.tell(trial.number, state=TrialState.FAIL)
        else:
            study.tell(trial.number, accuracy)


def run_trial(study: Study, name: str, space: Space, seed: int) -> str:
    """Run the next trial; what came of it. Its params hang on the seed and on the trials before it,
    so that a search that was killed goes on as if it had not been."""
    before = ended(study)
    study.sampler = optuna.samplers.TPESampler(seed=seed + len(before))
    trial = study.ask()
    values = suggested(trial, space)
    for twin in before:
        if twin.params == trial.params and twin.state is TrialState.COMPLETE:
            trial.set_user_attr(NAME, twin.user_attrs[NAME])
            study.tell(trial, twin.value)
            return f"the same params as {twin.user_attrs[NAME]}"
    experiment = f"{study.study_name}-{len(before) + 1}"
    trial.set_user_attr(NAME, experiment)

    def hopeless(curve: dvc_experiment.Curve) -> bool:
        known = study.trials[trial.number].intermediate_values
        for step, accuracy in curve[len(known) :]:
            trial.report(accuracy, step)
        return trial.should_prune()

    log = STUDIES / f"{experiment}.log"
    came = dvc_experiment.run_experiment(experiment, name, values, log, hopeless)
    accuracy = dvc_experiment.validation_accuracy(experiment, name) if came == "done" else None
    if accuracy is not None:
        study.tell(trial, accuracy)
        return f"validation accuracy {accuracy:.2%}"
    study.tell(trial, state=TrialState.PRUNED if came == "pruned" else TrialState.FAIL)
    return came
