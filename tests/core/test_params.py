import json
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from stages.core.errors import UserError
from stages.core.params import (
    Family,
    check,
    check_arguments,
    read_block,
    read_families,
    read_family,
    read_named,
    require_named_families,
)
from stages.split import Split

ROOT = Path(__file__).parent.parent.parent
SPLIT = {"seed": 0, "validation_fraction": 0.2, "test_fraction": 0.2, "subset": None}


@pytest.fixture
def params_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "params.yaml"


def test_a_right_block_passes():
    assert check(Split, SPLIT, "split").validation_fraction == 0.2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seeds": 1}, "split.seeds: unknown key .got 1.; allowed here: seed, validation_fraction"),
        ({"seed": -1}, "split.seed: got -1; it should be greater than or equal to 0"),
        ({"seed": "0"}, "split.seed: got '0'; it should be a valid integer"),
        ({"validation_fraction": 1.5}, "split.validation_fraction: got 1.5; it should be less"),
        ({"subset": 0}, "split.subset: got 0; it should be greater than or equal to 1"),
        ({"seed": "x", "subset": 0}, r"split.seed: got 'x'.*\(and 1 more\)"),
    ],
)
def test_a_mistake_names_key_value_and_what_is_allowed(change, message):
    with pytest.raises(UserError, match=message) as error:
        check(Split, SPLIT | change, "split")
    assert "\n" not in str(error.value)


def test_a_missing_key_is_named():
    with pytest.raises(UserError, match="split.subset: is missing"):
        check(Split, {key: value for key, value in SPLIT.items() if key != "subset"}, "split")


def test_the_signature_is_the_schema():
    def build(classes, *, width: Annotated[int, Field(ge=1)], depth: int = 2):
        raise NotImplementedError

    assert check_arguments(build, {"width": 3}, "b") == {"width": 3, "depth": 2}
    with pytest.raises(UserError, match="b.width: got 0; it should be greater"):
        check_arguments(build, {"width": 0}, "b")
    with pytest.raises(UserError, match="b.classes: unknown key .got 3.; allowed here: width"):
        check_arguments(build, {"width": 1, "classes": 3}, "b")


def test_no_params_allowed_is_said():
    def build(classes):
        raise NotImplementedError

    with pytest.raises(UserError, match="allowed here: no key at all"):
        check_arguments(build, {"width": 1}, "b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "expected blocks of keys, got list"),
        ("a: [1\n", "not valid YAML"),
        ("", "got NoneType"),
    ],
)
def test_a_broken_file_is_one_line(params_file, text, message):
    params_file.write_text(text)
    with pytest.raises(UserError, match=message) as error:
        read_block(Split, "split")
    assert "\n" not in str(error.value)


def test_a_small_number_is_one_as_dvc_writes_it(params_file):
    params_file.write_text(json.dumps({"split": SPLIT | {"validation_fraction": 1e-05}}))
    assert "1e-05" in params_file.read_text()
    assert read_block(Split, "split").validation_fraction == 0.00001


def test_a_missing_file_says_where_to_run(params_file):
    with pytest.raises(UserError, match="run from the project's root"):
        read_block(Split, "split")


def test_an_unknown_family_lists_the_known_ones(params_file):
    params_file.write_text("families: {b: {}, a: {}}\n")
    with pytest.raises(UserError, match="families: unknown family 'c'; it may be one of: a, b"):
        read_family("c")


def test_families_come_in_the_order_of_the_file(params_file):
    block = "{framework: f, model: m, seed: 0, build: {}, fit: {}}"
    params_file.write_text(f"families:\n  b: {block}\n  a: {block}\n")
    assert list(read_families()) == ["b", "a"]
    assert isinstance(read_families()["a"], Family)


def test_named_blocks_are_checked_each(params_file):
    params_file.write_text(f"parts: {{a: {SPLIT | {'subset': 5}}, b: {{seed: 1}}}}\n")
    with pytest.raises(UserError, match=r"parts\.b\.validation_fraction: is missing"):
        read_named(Split, "parts")
    assert read_named(Split, "nothing") == {}


def test_no_family_at_all_is_an_error(params_file):
    params_file.write_text("families: {}\n")
    with pytest.raises(UserError, match="families: got {}, expected a block per family"):
        read_families()


@pytest.mark.parametrize(
    ("override", "line"),
    [
        ("families.lenet5.fit.epochs=3", "      epochs: 3"),
        (
            "split.subset=500",
            "  subset: 500 # train on only so many rows; null, or nothing, takes all",
        ),
        ("families.svm.build.C=2.5", "    build: {C: 2.5, gamma: 0.03, components: 50}"),
    ],
)
def test_an_experiment_changes_the_line_of_its_param_and_no_other(tmp_path, override, line):
    from dvc.utils.hydra import apply_overrides

    committed = (ROOT / "params.yaml").read_text()
    (tmp_path / "params.yaml").write_text(committed)
    apply_overrides(tmp_path / "params.yaml", [override])
    new = (tmp_path / "params.yaml").read_text().splitlines()
    changed = [each for old, each in zip(committed.splitlines(), new, strict=True) if old != each]
    assert changed == [line]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"ensemble": {"members": ["a", "b"]}}, "ensemble.members: unknown family 'b'"),
        ({"ensemble": {"members": ["a", "a"]}}, "ensemble.members: got .*may be named once"),
        ({"report": {"parity": ["c"]}}, "report.parity: unknown family 'c'"),
        (
            {"report": {"one_vs_rest": {"families": ["a", "d"]}}},
            "report.one_vs_rest.families: unknown family 'd'",
        ),
    ],
)
def test_what_one_block_says_of_families_is_checked(params_file, block, message):
    family = {"framework": "x", "model": "y", "seed": 0, "build": {}, "fit": {}}
    params_file.write_text(json.dumps({"families": {"a": family}} | block))
    with pytest.raises(UserError, match=message):
        require_named_families()


def test_names_that_are_families_pass(params_file):
    family = {"framework": "x", "model": "y", "seed": 0, "build": {}, "fit": {}}
    blocks = {"families": {"a": family}, "ensemble": {"members": ["a"]}, "report": None}
    params_file.write_text(json.dumps(blocks))
    require_named_families()


@pytest.mark.parametrize("name", ["x; touch y", "two words", "A", "a/b", "--help", "_a", "a" * 65])
def test_a_familys_name_is_small_letters_digits_and_underscores(params_file, name):
    params_file.write_text(json.dumps({"families": {name: {}}}))
    with pytest.raises(UserError, match="families: got the name '.*'; a name has at most 64"):
        read_families()
