"""The pipeline: a file here is a stage, a folder a room that stages enter."""

__version__ = "0.2.0"

import os
import sys

if (
    "WARM_STAGES" in os.environ
    and sys.orig_argv[1:2] == ["-m"]
    and sys.orig_argv[2].startswith("stages.")
):
    from stages.experiments.warm import forward

    forward()  # to a process that has imported this stage's libraries already, if it is there
