"""What fits at work side by side need to share the cores."""

import os


def calm() -> dict[str, str]:
    """This process's environment, but idle threads sleep instead of spinning.

    That changes no number, and leaves the cores to the others.
    """
    return os.environ | {"OMP_WAIT_POLICY": "passive"}
