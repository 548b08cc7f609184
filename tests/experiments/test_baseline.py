from pathlib import Path

import pytest

from stages.core.errors import UserError
from stages.experiments.baseline import require_committed
from stages.experiments.git import git


def test_a_changed_file_is_named_and_what_the_search_writes_is_not(repo):
    table = Path("metrics/search/f.csv")
    table.parent.mkdir()
    table.write_text("a")
    git("add", "-A")
    git("commit", "-qm", "Table")
    table.write_text("b")
    require_committed(besides=[table.parent])
    Path("params.yaml").write_text("{}")
    with pytest.raises(UserError, match=r"params\.yaml: differs from the last commit"):
        require_committed(besides=[table.parent])
