import json
from functools import reduce
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


DEEP = reduce(lambda inner, _: [inner], range(5000), [])


@pytest.mark.parametrize(
    ("seeds", "told"),
    [
        (0, "got 0; it should be greater than or equal to 1 or 'auto'"),
        ("two", "got 'two'; it should be a valid integer or 'auto'"),
        (DEEP, "got what is nested too deeply; it should be a valid integer or 'auto'"),
    ],
)
def test_of_a_value_of_several_types_all_are_told(seeds, told):
    with pytest.raises(UserError) as error:
        check(Family, FAMILY | {"seeds": seeds}, "families.x")
    assert str(error.value) == f"params.yaml: families.x.seeds: {told}"


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


def test_a_small_number_is_one_as_dvc_writes_it(params_file):
    params_file.write_text(json.dumps({"split": SPLIT | {"validation_fraction": 1e-05}}))
    assert "1e-05" in params_file.read_text()
    assert read_block(Split, "split").validation_fraction == 0.00001


SUBSET = "  subset: 500 # train on only so many rows; null, or nothing, takes all"


@pytest.mark.parametrize(
    ("override", "line"),
    [
        ("families.lenet5.fit.epochs=3", "      epochs: 3"),
        ("split.subset=500", SUBSET),
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


def split():
    return read_block(Split, "split")


def blocks(**others):
    return json.dumps({"families": {"b": FAMILY, "a": FAMILY}} | others)


WRONG_NAMES = ["x; touch y", "two words", "A", "a/b", "--help", "_a", "a" * 65, "x'; touch y; '"]
REFUSED = [
    (split, "- a\n", "expected blocks of keys, got list"),
    (split, "a: [1\n", "not valid YAML"),
    (split, "", "got NoneType"),
    (split, "a: [" * 3000, "not valid YAML: "),
    (split, "a: 2020-99-99", "not valid YAML: "),
    (split, "a: 1\0", "not valid YAML: "),
    (split, "split: {seed: " + "9" * 10_000 + "}", "not valid YAML: "),
    (split, "a: é".encode("latin-1"), r"not in UTF-8 \(at byte 3\)"),
    (split, "a: é".encode("utf-16"), r"not in UTF-8 \(at byte 0\)"),
    (split, f"split: [{'x, ' * 5000}]", "split: got .*…; it should be a valid dictionary"),
    (read_families, "families: 5", "families: got 5, expected a block per family"),
    (read_families, "families: {64: {}}", "families: got the name 64; a name has at most"),
    (read_families, "families: {a: 5}", "families.a: got 5; it should be a valid dictionary"),
    (split, None, "no such file here; run from the project's root"),
    (lambda: read_family("c"), blocks(), "families: unknown family 'c'; it may be one of: a, b"),
    (read_families, blocks(families={}), "families: got {}, expected a block per family"),
    (read_families, blocks(families={"final": {}}), "final: this name is the pipeline's own; ren"),
    *(
        (read_families, blocks(families={name: {}}), f"got the name {name!r}; a name has at most")
        for name in WRONG_NAMES
    ),
]
WRONGLY_NAMED = [
    ({"ensemble": {"members": ["a", "c"]}}, "ensemble.members: unknown family 'c'"),
    ({"ensemble": {"members": ["a", "a"]}}, "ensemble.members: got .*'a'.; each .* named once"),
    ({"report": {"parity": ["c"]}}, "report.parity: unknown family 'c'"),
    ({"report": {"one_vs_rest": {"families": ["c"]}}}, "one_vs_rest.families: unknown family 'c'"),
]
REFUSED += [(require_named_families, blocks(**block), told) for block, told in WRONGLY_NAMED]


@pytest.mark.parametrize(("read", "text", "message"), REFUSED)
def test_what_is_wrong_with_the_file_is_one_line(params_file, read, text, message):
    if text is not None:
        params_file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError, match=message) as error:
        read()
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 500


def test_families_come_in_the_order_of_the_file_and_may_be_named(params_file):
    params_file.write_text(blocks(ensemble={"members": ["a"]}, report=None))
    assert list(read_families().items()) == [("b", Family(**FAMILY)), ("a", Family(**FAMILY))]
    require_named_families()
