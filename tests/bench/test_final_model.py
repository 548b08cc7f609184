import numpy as np

from stages.bench import final_model
from stages.bench.final_model import LARGER, MARGIN, measured, picture
from stages.core.paths import TEST
from stages.core.rows import Dataset, save_rows
from stages.serving.onnx_graph import Graph


def test_a_file_is_measured_on_the_test_digits(digits, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(final_model, "ALONE", 20)
    save_rows(TEST, digits.take(np.arange(100)), Dataset("digits", list("0123456789")))
    graph = Graph()
    always_two = graph.add("Gemm", graph.floats([-1, 784]), np.zeros((784, 10)), np.eye(10)[2])
    path = tmp_path / "two.onnx"
    path.write_bytes(graph.model(always_two, "scores", 10).SerializeToString())
    found = {what: value for what, value, _ in measured(path)}
    assert found["test accuracy"] == (digits.labels[:100] == 2).mean()
    assert 0 < found["milliseconds for one digit, median"] < 100
    assert found["digits per second in batches"] > 1000
    assert found["MB of the file"] == path.stat().st_size / 1e6


def test_a_picture_is_the_digit_dark_larger_and_somewhere_on_the_paper(digits):
    rng, image, places = np.random.default_rng(0), digits.images[0], set()
    for _ in range(5):
        paper = picture(image, rng)
        assert paper.size == (28 * LARGER + MARGIN, 28 * LARGER + MARGIN)
        ink = 255 - np.asarray(paper).astype(int)
        rows, columns = np.nonzero(ink)
        places.add((rows.min(), columns.min()))
        np.testing.assert_allclose(ink.sum(), image.astype(int).sum() * LARGER**2, rtol=0.03)
    assert len(places) == 5
