import io

import pandas as pd
import pytest

from stages.core.errors import UserError
from stages.fitting.epochs import COLUMNS, EpochLog


def test_rows_and_live_files_say_what_was_logged(tmp_path, capsys):
    with EpochLog("tiny", tmp_path / "live") as log:
        log(train=(0.5, 0.8), validation=(0.6, 0.75))
        log(train=(0.25, None), validation=(None, 0.8123456789))
    curve = pd.read_csv(io.StringIO(log.to_csv()))
    assert curve.columns.tolist() == COLUMNS
    assert curve["epoch"].tolist() == [1, 1, 2, 2]
    assert curve["loss"].tolist()[:3] == [0.5, 0.6, 0.25]
    assert curve["accuracy"].isna().tolist() == [False, False, True, False]
    assert curve["accuracy"].iloc[3] == 0.812346
    live = pd.read_csv(tmp_path / "live/plots/metrics/validation/accuracy.tsv", sep="\t")
    assert live["accuracy"].tolist() == [0.75, 0.8123456789]
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("tiny: epoch 1: train loss 0.5000, train accuracy 0.8000")


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_stops_the_fit(tmp_path, loss):
    with (
        EpochLog("tiny", tmp_path / "live") as log,
        pytest.raises(UserError, match="families.tiny: the train loss is (nan|inf) after epoch 1"),
    ):
        log(train=(loss, 0.1))


def test_dvclive_leaves_dvc_yaml_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with EpochLog("tiny", tmp_path / "live") as log:
        log(train=(0.5, 0.8))
    assert [path.name for path in tmp_path.iterdir()] == ["live"]
