import pytest

from stages.core.errors import UserError
from stages.core.files import write_json, write_text
from stages.core.paths import DATASET, LEADERBOARD
from stages.review.leaderboard import print_leaderboard

TABLE = """rank,family,ranked_value,test_accuracy,test_accuracy_low,test_accuracy_high
1,svm,0.99,0.98,0.97654321,0.985
2,dummy,0.1125,0.1,0.09,0.11
"""


def test_it_is_printed_in_order_with_intervals(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="leaderboard.csv: no such file; make it: dvc repro"):
        print_leaderboard()
    write_text(LEADERBOARD, TABLE)
    write_json(DATASET, {"name": "kmnist", "test": 10_000})
    print_leaderboard()
    head, _, _, first, second, *_ = capsys.readouterr().out.splitlines()
    assert head == "kmnist, 10,000 test images"
    assert first.split() == ["1", "svm", "0.9900", "0.9800", "0.9765", "to", "0.9850"]
    assert second.split() == ["2", "dummy", "0.1125", "0.1000", "0.0900", "to", "0.1100"]


@pytest.mark.parametrize("text", ["", "rank,family\n1,svm\n", TABLE + "<<<<<<< HEAD\n", "\0"])
def test_a_damaged_one_is_one_line(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    write_text(LEADERBOARD, text)
    with pytest.raises(UserError, match="leaderboard.csv: is damaged, as by a merge"):
        print_leaderboard()


@pytest.mark.parametrize("text", ["", "[]", "{}", "<<<<<<< HEAD"])
def test_facts_of_the_data_that_are_damaged_are_one_line(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    write_text(LEADERBOARD, TABLE)
    write_text(DATASET, text)
    with pytest.raises(UserError, match="dataset.json: is damaged, as by a merge"):
        print_leaderboard()
