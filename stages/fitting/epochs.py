"""The learning curve of a fit, told as it comes, and kept."""

import math
from typing import Any

from stages.core.errors import UserError
from stages.core.scores import DIGITS


class EpochLog:
    """Call it once an epoch; `curve` keeps what it was told, rounded, `warnings` what it warned of.

    `name` is the family's, for messages.
    """

    def __init__(self, name: str):
        self.name = name
        self.curve: list[dict[str, Any]] = []  # epoch, split, loss, accuracy
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
            numbers = {"loss": loss, "accuracy": accuracy}
            known = {key: value for key, value in numbers.items() if value is not None}
            rounded = {key: round(value, DIGITS) for key, value in known.items()}
            self.curve.append({"epoch": self._epoch, "split": split} | numbers | rounded)
            told += [f"{split} {key} {value:.4f}" for key, value in known.items()]
        print(f"{self.name}: epoch {self._epoch}: {', '.join(told)}", flush=True)

    def warn(self, text: str) -> None:
        """Say, here and in the report, what makes the fit's numbers doubtful."""
        self.warnings.append(text)
        print(f"{self.name}: warning: {text}", flush=True)
