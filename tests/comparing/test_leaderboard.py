from stages.comparing.leaderboard import leaderboard


def of(validation, test):
    return {"validation": {"accuracy": validation}, "test": {"accuracy": test}}


def test_validation_ranks_and_test_does_not():
    table = leaderboard({"a": of(0.8, 0.99), "b": of(0.9, 0.5), "c": of(0.8, 0.1)})
    assert table["family"].tolist() == ["b", "a", "c"]
    assert table["rank"].tolist() == [1, 2, 3]
    assert table["test_accuracy"].tolist() == [0.5, 0.99, 0.1]


def test_a_metric_that_a_family_lacks_is_empty():
    scores = {"a": of(0.8, 0.9), "b": of(0.7, 0.6)}
    scores["a"]["test"]["log_loss"] = 0.1
    table = leaderboard(scores)
    assert table["test_log_loss"].isna().tolist() == [False, True]
