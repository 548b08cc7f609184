"""The pipeline: a file here is a stage, a folder a room that stages enter."""

__version__ = "0.2.0"

import os
import sys
from types import TracebackType


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An interrupt while something is still being imported is one line as well."""
    if issubclass(kind, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


if sys.orig_argv[1:2] == ["-m"] and sys.orig_argv[2].split(".")[0] == "stages":
    sys.excepthook = _told
    if "WARM_STAGES" in os.environ and "." in sys.orig_argv[2]:
        from stages.experiments.warm import forward

        forward()  # to a process that has imported this stage's libraries already, if it is there
