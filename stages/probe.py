"""Stage `probe`: what every family is asked besides its rows: pinned hard images, and a sample of
test images corrupted in many ways; and the precision that each class's threshold is to reach."""

from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from stages.core.errors import UserError, run
from stages.core.files import new_folder, write_json
from stages.core.params import Count, Fraction, Schema, Seed, read_block, require_one_of
from stages.core.paths import PROBES, PROCESSED, TEST, VALIDATION
from stages.core.rows import Rows, load_dataset, load_rows
from stages.measuring.corruptions import CORRUPTIONS
from stages.measuring.evaluation import CORRUPTED, HARD, WANTED, Probe, save_probe
from stages.split import hold_out

Row = Annotated[int, Field(ge=0)]
Strength = Annotated[int | float, Field(gt=0)]


class ProbeParams(Schema):
    """`hard`: by data set, rows of its own files, counted from 0; `corruptions`: strengths of each,
    tried on `rows` of the test rows and `validation_rows` of the validation rows, stratified;
    `target_precision`: what each class's threshold has to reach on the validation rows."""

    hard: dict[str, dict[str, list[Row]]]
    rows: Count
    validation_rows: Count
    seed: Seed
    target_precision: Fraction
    corruptions: dict[str, Annotated[list[Strength], Field(min_length=1)]]


def pick_hard(files: dict[str, Rows], wanted: dict[str, list[int]]) -> Probe:
    """The wanted rows of each file; those that a smaller data set does not have are left out."""
    lines, images, labels = [], [], []
    for name, numbers in wanted.items():
        for number in numbers:
            if name in files and number < len(files[name].labels):
                lines.append({"file": name, "index": number})
                images.append(files[name].images[number])
                labels.append(files[name].labels[number])
    size = next(iter(files.values())).images.shape[1:]
    return Probe(
        np.array(images, np.uint8).reshape(-1, *size),
        np.array(labels, np.int64),
        pd.DataFrame(lines, columns=["file", "index"]),
    )


def stratified_sample(rows: Rows, size: int, seed: int, key: str) -> Rows:
    """`size` rows with the classes in proportion, in file order; all when there are hardly more."""
    if size + len(np.unique(rows.labels)) > len(rows.labels):
        return rows
    return hold_out(rows, size, seed, f"probe.{key}")[1]


def corrupt(rows: Rows, corruptions: dict[str, list[float]], seed: int) -> Probe:
    """The rows as they are, then under each corruption at each strength: a line of the table for
    each such group of `len(rows.labels)` images."""
    lines, groups = [{"corruption": "none", "strength": 0.0}], [rows.images]
    for name, strengths in corruptions.items():
        for strength in strengths:
            rng = np.random.default_rng(seed)  # the same draws at every strength
            lines.append({"corruption": name, "strength": float(strength)})
            groups.append(CORRUPTIONS[name].damage(rows.images, strength, rng))
    return Probe(np.concatenate(groups), np.tile(rows.labels, len(groups)), pd.DataFrame(lines))


def main() -> None:
    params = read_block(ProbeParams, "probe")
    for name, strengths in params.corruptions.items():
        require_one_of(f"corruption {name!r}", name, CORRUPTIONS, "probe.corruptions")
        if max(strengths) > CORRUPTIONS[name].most:
            raise UserError(
                f"params.yaml: probe.corruptions.{name}: got {max(strengths)}, expected at most "
                f"{CORRUPTIONS[name].most:g} ({CORRUPTIONS[name].unit})"
            )
    names = [name for name in ("train", "test") if (PROCESSED / name).exists()]
    files = {name: load_rows(PROCESSED / name) for name in names}
    hard = pick_hard(files, params.hard.get(load_dataset(TEST).name, {}))
    sizes = {"validation": (VALIDATION, "validation_rows"), "test": (TEST, "rows")}
    corrupted = {}
    for part, (place, key) in sizes.items():
        sample = stratified_sample(load_rows(place), getattr(params, key), params.seed, key)
        corrupted[part] = corrupt(sample, params.corruptions, params.seed)
    with new_folder(PROBES) as folder:
        save_probe(folder / HARD.name, hard)
        for part, probe in corrupted.items():
            save_probe(folder / CORRUPTED[part].relative_to(PROBES), probe)
        write_json(folder / WANTED.name, {"target_precision": params.target_precision})
    told = [f"{len(each.labels):,} of {part} images" for part, each in corrupted.items()]
    print(f"{len(hard.labels)} hard digits; corrupted: {', '.join(told)}")


if __name__ == "__main__":
    run(main)
