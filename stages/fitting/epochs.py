"""The epochs of a fit: how much each sees, and the learning curve, told as it comes, and kept."""

import math
from typing import Any

import numpy as np

from stages.core.errors import UserError
from stages.core.rows import Rows
from stages.core.scores import DIGITS

MIN_STEPS = 390  # one epoch of MNIST in batches of 128; on 300 digits four times as many gain < 1 %


def repeated(rows: Rows, epochs: int, batch_size: int, min_steps: int) -> Rows:
    """The rows as often, in every epoch, as it takes for a fit to come to `min_steps` steps.

    So few rows are learnt as well as they can be, and many are seen once an epoch.
    """
    n = len(rows.labels)
    times = -(-min_steps // (epochs * -(-n // batch_size)))
    return rows.take(np.tile(np.arange(n), times)) if times > 1 else rows


class EpochLog:
    """Call it once an epoch, or `once`; `curve` keeps what it was told, rounded.

    `warnings` has what it warned of; `name` is the family's, for messages. `refit`: what replaces
    params of a fit that has looked at validation rows, for one that has none left.
    """

    def __init__(self, name: str):
        self.name = name
        self.curve: list[dict[str, Any]] = []  # epoch, split, loss, accuracy
        self.warnings: list[str] = []
        self.refit: dict[str, Any] = {}
        self._epoch = 0

    def __call__(self, **splits: tuple[float | None, float | None]) -> None:
        """Record an epoch: `log(train=(loss, accuracy), validation=(loss, accuracy))`.

        None stands where a family has no such number. Raises `UserError` when a loss is not finite.
        """
        self._record(f"epoch {self._epoch + 1}", splits)

    def once(self, **splits: tuple[float | None, float | None]) -> None:
        """The same for a fit that has no epochs; the curve calls it epoch 1."""
        self._record("fitted", splits)

    def _record(self, when: str, splits: dict[str, tuple[float | None, float | None]]) -> None:
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
        print(f"{self.name}: {when}: {', '.join(told)}", flush=True)

    def warn(self, text: str) -> None:
        """Say, here and in the report, what makes the fit's numbers doubtful."""
        self.warnings.append(text)
        print(f"{self.name}: warning: {text}", flush=True)
