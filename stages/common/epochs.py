"""The learning curve of a fit: live through DVCLive, and as rows for a CSV at the end."""

import math
from pathlib import Path

import pandas as pd
from dvclive import Live

from stages.common.errors import UserError

COLUMNS = ["epoch", "split", "loss", "accuracy"]


class EpochLog:
    """Call it once an epoch; `rows` keeps what it was told. A context manager, as DVCLive is one.

    `name` is the family's, for messages; `warnings` are for the report.
    """

    def __init__(self, name: str, live: Path):
        self.name = name
        self.rows: list[tuple[int, str, float, float]] = []
        self.warnings: list[str] = []
        self._live = Live(str(live), dvcyaml=None, save_dvc_exp=False)

    def __enter__(self) -> "EpochLog":
        self._live.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.__exit__(*error)

    def __call__(self, **splits: tuple[float | None, float | None]) -> None:
        """Record an epoch: `log(train=(loss, accuracy), validation=(loss, accuracy))`.

        None stands where a family has no such number. Raises `UserError` when a loss is not finite.
        """
        epoch = self._live.step + 1
        told = []
        for split, (loss, accuracy) in splits.items():
            if loss is not None and not math.isfinite(loss):
                raise UserError(
                    f"families.{self.name}: the {split} loss is {loss} after epoch {epoch}: "
                    "training diverged; lower its learning rate"
                )
            self.rows.append((epoch, split, loss, accuracy))
            for metric, value in (("loss", loss), ("accuracy", accuracy)):
                if value is not None:
                    self._live.log_metric(f"{split}/{metric}", value)
                    told.append(f"{split} {metric} {value:.4f}")
        print(f"{self.name}: epoch {epoch}: {', '.join(told)}", flush=True)
        self._live.next_step()

    def warn(self, text: str) -> None:
        """Say, here and in the report, what makes the fit's numbers doubtful."""
        self.warnings.append(text)
        print(f"{self.name}: warning: {text}", flush=True)

    def to_csv(self) -> str:
        """The rows as CSV text, rounded to 6 digits."""
        return pd.DataFrame(self.rows, columns=COLUMNS).round(6).to_csv(index=False)
