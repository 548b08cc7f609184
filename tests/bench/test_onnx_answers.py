import numpy as np

from stages.bench import onnx_answers
from stages.core.paths import TEST
from stages.core.rows import Dataset, save_rows
from stages.serving.onnx_graph import Graph


def test_a_file_is_measured_on_the_test_digits(digits, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(onnx_answers, "ALONE", 20)
    save_rows(TEST, digits.take(np.arange(100)), Dataset("digits", list("0123456789")))
    graph = Graph()
    always_two = graph.add("Gemm", graph.floats([-1, 784]), np.zeros((784, 10)), np.eye(10)[2])
    path = tmp_path / "two.onnx"
    path.write_bytes(graph.model(always_two, "scores", 10).SerializeToString())
    found = {what: value for what, value, _ in onnx_answers.measured(path)}
    assert found["test accuracy"] == (digits.labels[:100] == 2).mean()
    assert 0 < found["milliseconds for one digit, median"] < 100
    assert found["digits per second in batches"] > 1000
    assert found["MB of the file"] == path.stat().st_size / 1e6
