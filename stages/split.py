"""Stage `split`: stratified, seeded training, validation and test rows."""

import numpy as np
from sklearn.model_selection import train_test_split

from stages.core.errors import UserError, run
from stages.core.files import new_folder, write_json
from stages.core.params import Count, Fraction, Schema, Seed, read_block
from stages.core.paths import DATASET, PROCESSED, SPLIT, TEST, TRAIN, VALIDATION
from stages.core.rows import Dataset, Rows, concatenated, load_dataset, load_rows, save_rows

PLACES = {"train": TRAIN, "validation": VALIDATION, "test": TEST}


class Split(Schema):
    """How rows are shared out; `test_fraction` serves data sets without a test set of their own."""

    seed: Seed
    validation_fraction: Fraction
    test_fraction: Fraction
    subset: Count | None


def hold_out(rows: Rows, size: int, seed: int, key: str) -> tuple[Rows, Rows]:
    """Split off `size` rows, stratified by label: (the rest, the held out), both in file order.

    `key` names the param that asked for it, for the `UserError` when the rows do not suffice.
    """
    classes, counts = np.unique(rows.labels, return_counts=True)
    if min(size, len(rows.labels) - size) < len(classes) or counts.min() < 2:
        raise UserError(
            f"params.yaml: {key}: asks to hold out {size} of {len(rows.labels)} rows; each side "
            f"needs at least one row of each of the {len(classes)} classes"
        )
    kept, held = train_test_split(
        np.arange(len(rows.labels)), test_size=size, stratify=rows.labels, random_state=seed
    )
    return rows.take(np.sort(kept)), rows.take(np.sort(held))


def split_rows(pool: Rows, test: Rows | None, params: Split) -> dict[str, Rows]:
    """`pool` into train and validation; without a canonical `test` set, one is held out first."""

    def part(rows: Rows, fraction: float, key: str) -> tuple[Rows, Rows]:
        return hold_out(rows, round(fraction * len(rows.labels)), params.seed, f"split.{key}")

    if test is None:
        pool, test = part(pool, params.test_fraction, "test_fraction")
    train, validation = part(pool, params.validation_fraction, "validation_fraction")
    if params.subset is not None and params.subset > len(train.labels):
        raise UserError(
            f"params.yaml: split.subset: got {params.subset}, expected at most the "
            f"{len(train.labels)} training rows; null takes all"
        )
    if params.subset is not None and params.subset < len(train.labels):
        surplus = len(train.labels) - params.subset
        train, _ = hold_out(train, surplus, params.seed, "split.subset")
    if len(np.unique(train.labels)) < len(np.unique(pool.labels)):
        raise UserError(
            "params.yaml: split: the rarest class is left without a training row; give it more "
            "rows, or make split.subset larger"
        )
    return {"train": train, "validation": validation, "test": test}


def complete(pool: Rows, test: Rows, dataset: Dataset, params: Split) -> tuple[Rows, Rows]:
    """`pool` and `test` once each source that has no test rows of its own has given some."""
    tested = dataset.source_of(test.indices)
    without = ~np.isin(dataset.source_of(pool.indices), tested)
    if not without.any():
        return pool, test
    lacking = pool.take(np.flatnonzero(without))
    size = round(params.test_fraction * len(lacking.labels))
    kept, held = hold_out(lacking, size, params.seed, "split.test_fraction")
    others = pool.take(np.flatnonzero(~without))
    return concatenated([others, kept]), concatenated([test, held])


def main() -> None:
    params = read_block(Split, "split")
    dataset, pool = load_dataset(PROCESSED / "train"), load_rows(PROCESSED / "train")
    test = load_rows(PROCESSED / "test") if (PROCESSED / "test").exists() else None
    own = 0 if test is None else len(test.labels)
    if dataset.sources and test is not None:
        pool, test = complete(pool, test, dataset, params)
    parts = split_rows(pool, test, params)
    with new_folder(SPLIT) as folder:
        for name, place in PLACES.items():
            save_rows(folder / place.relative_to(SPLIT), parts[name], dataset)
    counts = {name: len(rows.labels) for name, rows in parts.items()}
    facts = {"name": dataset.name, "classes": len(dataset.classes)}
    held = "held out in part" if own else "held out"
    origin = {"test_set": "its own" if counts["test"] == own else held}
    write_json(DATASET, facts | counts | origin)
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    print(f"{dataset.name}: {told} rows; the test rows are {origin['test_set']}")


if __name__ == "__main__":
    run(main)
