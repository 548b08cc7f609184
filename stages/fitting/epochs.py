"""The learning curve of a fit, told as it comes, and kept."""

import math
from typing import Any

from stages.core.errors import UserError
from stages.core.scores import DIGITS

COLUMNS = ["epoch", "split", "loss", "accuracy"]


class EpochLog:
    """Call it once an epoch; `rows` keeps what it was told.

    `name` is the family's, for messages; `warnings` are for the report.
    """

    def __init__(self, name: str):
        self.name = name
        self.rows: list[tuple[int, str, float | None, float | None]] = []
        self.warnings: list[str] = []
        self._epoch = 0

    def __call__(self, **splits: tuple[float | None, float | None]) -> None:
        """Record an epoch: `log(train=(loss, accuracy), validation=(loss, accuracy))`.

        None stands where a family has no such number. Raises `UserError` when a loss is not finite.
        """
        self._epoch += 1
        told = []
        for split, (loss, accuracy) in splits.items():
            if loss is not None and not math.isfinite(loss):
                raise UserError(
                    f"families.{self.name}: the {split} loss is {loss} after epoch {self._epoch}: "
                    "training diverged; lower its learning rate"
                )
            self.rows.append((self._epoch, split, loss, accuracy))
            numbers = {"loss": loss, "accuracy": accuracy}
            told += [
                f"{split} {key} {value:.4f}" for key, value in numbers.items() if value is not None
            ]
        print(f"{self.name}: epoch {self._epoch}: {', '.join(told)}", flush=True)

    def warn(self, text: str) -> None:
        """Say, here and in the report, what makes the fit's numbers doubtful."""
        self.warnings.append(text)
        print(f"{self.name}: warning: {text}", flush=True)

    @property
    def curve(self) -> list[dict[str, Any]]:
        """The rows by the names of their columns, rounded."""
        return [
            dict(zip(COLUMNS, [epoch, split, *map(_rounded, numbers)], strict=True))
            for epoch, split, *numbers in self.rows
        ]


def _rounded(number: float | None) -> float | None:
    return number if number is None else round(number, DIGITS)
