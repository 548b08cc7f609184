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
    require_named_families,
)
from stages.split import Split

ROOT = Path(__file__).parent.parent.parent
FAMILY = {"framework": "x", "model": "y", "seed": 0, "build": {}, "fit": {}}
MISSING = object()
SPLIT = {"seed": 0, "validation_fraction": 0.2, "test_fraction": 0.2, "subset": None}


@pytest.fixture
def params_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "params.yaml"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seeds": 1}, "split.seeds: unknown key .got 1.; allowed here: seed, validation_fraction"),
        ({"seed": -1}, "split.seed: got -1; it should be greater than or equal to 0"),
        ({"seed": "0"}, "split.seed: got '0'; it should be a valid integer"),
        ({"validation_fraction": 1.5}, "split.validation_fraction: got 1.5; it should be less"),
        ({"subset": 0}, "split.subset: got 0; it should be greater than or equal to 1"),
        ({"seed": "x", "subset": 0}, r"split.seed: got 'x'.*\(and 1 more\)"),
        ({"subset": MISSING}, "split.subset: is missing"),
    ],
)
def test_a_mistake_names_key_value_and_what_is_allowed(change, message):
    block = {key: value for key, value in (SPLIT | change).items() if value is not MISSING}
    with pytest.raises(UserError, match=message) as error:
        check(Split, block, "split")
    assert "\n" not in str(error.value)


def test_the_signature_is_the_schema():
    def build(classes, *, width: Annotated[int, Field(ge=1)], depth: int = 2):
        raise NotImplementedError

    assert check_arguments(build, {"width": 3}, "b") == {"width": 3, "depth": 2}
    with pytest.raises(UserError, match="b.width: got 0; it should be greater"):
        check_arguments(build, {"width": 0}, "b")
    with pytest.raises(UserError, match="b.classes: unknown key .got 3.; allowed here: width"):
        check_arguments(build, {"width": 1, "classes": 3}, "b")
    with pytest.raises(UserError, match="b.width: unknown key .*; allowed here: no key at all"):
        check_arguments(lambda classes: None, {"width": 1}, "b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "expected blocks of keys, got list"),
        ("a: [1\n", "not valid YAML"),
        ("", "got NoneType"),
        (None, "no such file here; run from the project's root"),
    ],
)
def test_a_broken_file_is_one_line(params_file, text, message):
    if text is not None:
        params_file.write_text(text)
    with pytest.raises(UserError, match=message) as error:
        read_block(Split, "split")
    assert "\n" not in str(error.value)


def test_a_small_number_is_one_as_dvc_writes_it(params_file):
    params_file.write_text(json.dumps({"split": SPLIT | {"validation_fraction": 1e-05}}))
    assert "1e-05" in params_file.read_text()
    assert read_block(Split, "split").validation_fraction == 0.00001


def test_families_come_in_the_order_of_the_file_and_an_unknown_one_lists_them(params_file):
    params_file.write_text(json.dumps({"families": {"b": FAMILY, "a": FAMILY}}))
    assert list(read_families().items()) == [("b", Family(**FAMILY)), ("a", Family(**FAMILY))]
    with pytest.raises(UserError, match="families: unknown family 'c'; it may be one of: a, b"):
        read_family("c")


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
    params_file.write_text(json.dumps({"families": {"a": FAMILY}} | block))
    with pytest.raises(UserError, match=message):
        require_named_families()


def test_names_that_are_families_pass(params_file):
    blocks = {"families": {"a": FAMILY}, "ensemble": {"members": ["a"]}, "report": None}
    params_file.write_text(json.dumps(blocks))
    require_named_families()


NAMES = ["x; touch y", "two words", "A", "a/b", "--help", "_a", "a" * 65]


@pytest.mark.parametrize(
    ("families", "message"),
    [({name: {}}, f"families: got the name '{name}'; a name has at most 64") for name in NAMES]
    + [
        ({"final": {}}, "families.final: this name is the pipeline's own; rename it"),
        ({}, "families: got {}, expected a block per family"),
    ],
)
def test_a_family_has_a_name_of_its_own_of_small_letters(params_file, families, message):
    params_file.write_text(json.dumps({"families": families}))
    with pytest.raises(UserError, match=message):
        read_families()
