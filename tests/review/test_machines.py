import json

from dvc.repo import Repo

from stages.review.comparison import compare_with
from stages.review.machines import machines_difference


def fitted(write, **threads):
    for name, number in threads.items():
        content = {"environment": {"processor": "A", "threads": number, "memory": "8 GiB"}}
        write(f"data/fits/{name}.json", json.dumps(content))


def test_families_are_grouped_by_what_changed_and_the_unknown_left_out(measured, write, commit):
    fitted(write, a="2", b="2", ensemble="2")
    write(".gitignore", "/data/split\n/data/evaluations\n/data/ensemble\n")
    with Repo() as repo:
        for name in "ab":
            repo.add(f"data/fits/{name}.json")
    commit("before")
    fitted(write, a="4", b="4", ensemble="2")
    expected = {
        "before": "processor A, threads 2",
        "after": "processor A, threads 4",
        "families": "a, b",
    }
    assert machines_difference(compare_with("HEAD")) == [expected]
    (cached,) = (measured / ".dvc/cache/files/md5").glob("*/*")
    cached.unlink()
    assert machines_difference(compare_with("HEAD")) == []
