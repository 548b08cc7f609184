import gzip

import pytest
import yaml

from stages.download import Download
from stages.experiments import fallback
from stages.reading.http_files import Patience

UNREACHABLE = ["http://127.0.0.1:9/"]


@pytest.fixture
def params_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MNIST_MIRROR", raising=False)
    path = tmp_path / "params.yaml"

    def write(dataset):
        path.write_text(
            "# A comment.\n\ndownload:\n"
            f"  dataset: {dataset}  # which one\n  source: data/own\n  label: label\n"
            f"  openml: mnist_784\n  mirrors:\n    mnist:\n      - {UNREACHABLE[0]}\n"
            "split: {seed: 0, subset: null}  # stays\n"
        )
        return path

    return write


def test_without_a_source_params_are_changed_in_the_open(params_file, capsys):
    path = params_file("mnist")
    before = path.read_text()
    fallback.main()
    expected = before.replace("dataset: mnist", "dataset: digits")
    assert path.read_text().split() == expected.split(), "comments and order stay"
    assert yaml.safe_load(path.read_text())["download"]["dataset"] == "digits"
    (line,) = capsys.readouterr().err.splitlines()[-1:]
    assert line.startswith("No source of MNIST was reachable: params.yaml now says")


def test_digits_stay_digits(params_file, capsys):
    path = params_file("digits")
    before = path.read_text()
    fallback.main()
    assert path.read_text() == before
    assert capsys.readouterr().err == ""


def test_a_source_must_serve_the_real_content(tmp_path, monkeypatch):
    monkeypatch.delenv("MNIST_MIRROR", raising=False)
    params = Download(
        dataset="mnist", source="x", label=0, openml="x", mirrors={"mnist": [str(tmp_path)]}
    )
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"something else"))
    assert not fallback.is_reachable(params, Patience(1))
