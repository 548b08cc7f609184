from pathlib import Path

import pytest

from stages.core.errors import UserError
from stages.core.files import new_file, new_folder, read_json, write_json, write_text


def test_json_round_trip_makes_parents(tmp_path):
    write_json(tmp_path / "a" / "b.json", {"é": [1, 2]})
    assert read_json(tmp_path / "a" / "b.json") == {"é": [1, 2]}


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(RuntimeError), new_file(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_link_leads_to_is_replaced_and_what_is_no_file_is_refused(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    link.symlink_to(real)
    for text in ("first", "second"):
        write_text(link, text)
        assert (link.is_symlink(), real.read_text()) == (True, text)
    for other in (tmp_path, Path("/dev/null")):
        with pytest.raises(UserError, match=f"^{other}: is no regular file"):
            write_text(other, "text")


def test_brackets_without_end_are_a_value_error(tmp_path):
    write_text(tmp_path / "deep.json", "[" * 100_000)
    with pytest.raises(ValueError, match="^nested too deeply$"):
        read_json(tmp_path / "deep.json")


def test_a_new_folder_replaces_the_old_one_whole_or_not_at_all(tmp_path):
    path = tmp_path / "folder"
    with new_folder(path) as temporary:
        (temporary / "old").touch()
    with pytest.raises(RuntimeError), new_folder(path) as temporary:
        (temporary / "half").touch()
        raise RuntimeError
    assert [each.name for each in path.iterdir()] == ["old"]
    assert list(tmp_path.iterdir()) == [path]
    with new_folder(path) as temporary:
        (temporary / "new").touch()
    assert [each.name for each in path.iterdir()] == ["new"]
