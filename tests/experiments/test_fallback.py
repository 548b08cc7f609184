import gzip
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from stages.core.errors import UserError
from stages.experiments.fallback import require_source
from stages.reading.published import PUBLISHED
from tests.experiments import toy

NOWHERE = "http://127.0.0.1:9/"
TOLD = "No source of MNIST was reachable: params.yaml now says download.dataset: digits"
STAGES = """
stages:
  download:
    cmd: mkdir -p data/raw && echo 1 > data/raw/{name}
    params: [download]
    outs: [data/raw]
"""


@pytest.fixture
def params(tmp_path, monkeypatch):
    """The project's own params.yaml, without a network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_MIRROR", NOWHERE)
    for name in ("HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, NOWHERE)
    return Path(shutil.copy(toy.ROOT / "params.yaml", "params.yaml"))


@pytest.fixture
def pinned(monkeypatch):
    """A file of two bytes in the place of MNIST's four."""
    full = PUBLISHED["mnist"]
    sha256 = hashlib.sha256(b"1\n").hexdigest()
    small = full.files[0]._replace(size=2, sha256=sha256)
    monkeypatch.setitem(PUBLISHED, "mnist", full._replace(files=[small]))
    return small


def test_without_a_source_one_line_of_params_is_changed(params, capsys):
    before = params.read_text().splitlines()
    require_source()
    after = params.read_text().splitlines()
    assert len(after) == len(before)
    ((old, new),) = [pair for pair in zip(before, after, strict=True) if len(set(pair)) > 1]
    assert (old, new) == ("  dataset: mnist", "  dataset: digits")
    assert capsys.readouterr().err.splitlines()[-1].startswith(TOLD)


@pytest.mark.parametrize(
    "block",
    [
        "download:\n    # mnist\n    'dataset':   \"mnist\"  # mnist, or\n    source: mnist\n",
        "download: {source: mnist, dataset: mnist}\n",
        "download:\r\n  source: mnist\r\n  dataset: mnist\r\n",
    ],
)
def test_however_it_is_written_only_that_word_changes(params, block):
    text = f"mnist: mnist\n{block}other: mnist\n"
    params.write_bytes(text.encode())
    require_source()
    expected = yaml.safe_load(text)
    expected["download"]["dataset"] = "digits"
    assert yaml.safe_load(params.read_bytes()) == expected
    assert len(params.read_bytes()) == len(text) + len("digits") - len("mnist")


@pytest.mark.parametrize(
    "block", ["dataset: *wanted", "<<: {dataset: mnist}", "dataset: mnist\t# as ever"]
)
def test_what_stands_elsewhere_is_left_to_the_reader(params, block):
    params.write_text(text := f"own: &wanted mnist\ndownload:\n  {block}\n")
    with pytest.raises(UserError, match=r"no source of MNIST .*; write `dataset: digits` into"):
        require_source()
    assert params.read_text() == text


def test_other_data_need_no_source(params, capsys):
    params.write_text("download: {dataset: digits}\n")
    require_source()
    assert params.read_text() == "download: {dataset: digits}\n"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("served", [True, False])
@pytest.mark.parametrize(("content", "stays"), [(b"1\n", True), (b"2\n", False), (b"11\n", False)])
def test_what_is_on_disk_or_served_does_when_its_content_is_pinned(
    params, pinned, monkeypatch, served, content, stays
):
    monkeypatch.setenv("MNIST_MIRROR", str(Path.cwd()))
    path = Path(f"{pinned.name}.gz") if served else Path("data/raw", pinned.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if served else content)
    before = params.read_text()
    require_source()
    assert (params.read_text() == before) is stays


def test_a_torn_lock_or_a_cache_that_has_it_is_no_reason_to_switch(params, pinned):
    text = "download: {dataset: mnist}\n"
    toy.begin(Path(), STAGES.replace("{name}", pinned.name))
    params.write_text(text)
    subprocess.run([*toy.DVC, "repro", "-q"], check=True)
    lock, raw = Path("dvc.lock"), Path("data/raw")
    whole = lock.read_bytes()
    other = whole.replace(b"dataset: mnist", b"dataset: digits")
    # Its file lies there; DVC can check it out; what is cached is something else.
    for content, there, stays in ((b"", True, True), (whole, False, True), (other, False, False)):
        lock.write_bytes(content)
        if not there:
            shutil.rmtree(raw, ignore_errors=True)
        require_source()
        assert (params.read_text() == text) is stays
