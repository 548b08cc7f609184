import pytest
import yaml
from dvc.repo import Repo

from stages.core.errors import UserError
from stages.review.check_lock import FILES, check_lock


def test_a_lock_that_does_not_fit_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for file in FILES:
        folder = (tmp_path / file).parent
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "from").write_text("before")
        stage = {"cmd": "echo made > to", "deps": ["from"], "outs": ["to"]}
        (tmp_path / file).write_text(yaml.safe_dump({"stages": {"make": stage}}))
    with Repo.init(no_scm=True) as repo:
        repo.reproduce(list(FILES))
    capsys.readouterr()
    (tmp_path / "to").unlink()  # data need not be here
    check_lock()
    assert capsys.readouterr() == ("dvc.lock fits the code and the params\n", "")
    (tmp_path / FILES[1]).with_name("from").write_text("after")
    with pytest.raises(UserError, match=f"dvc.lock does not fit {FILES[1]}: run dvc repro"):
        check_lock()
    assert capsys.readouterr().err.startswith("Running stage 'stages/experiments/dvc.yaml:make'")
    (tmp_path / FILES[0]).unlink()
    with pytest.raises(UserError, match="^dvc.yaml: dvc repro --dry: .*dvc.yaml.* does not exist"):
        check_lock()
