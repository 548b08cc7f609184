"""What the machine gives.

Its settings are environment variables, never params, so that moving machines invalidates nothing.
"""

import importlib.metadata
import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path

import psutil

from stages.core.errors import UserError

DEVICES = ("auto", "cpu", "cuda")


def device() -> str:
    """DEVICE: `auto` (a CUDA GPU where the framework sees one), `cpu` or `cuda`."""
    value = os.environ.get("DEVICE") or "auto"
    if value not in DEVICES:
        raise UserError(f"environment variable DEVICE: got {value!r}; it may be one of {DEVICES}")
    return value


def threads() -> int:
    """THREADS: how many CPU threads a fit may use; all that this process may run on, if unset."""
    value = os.environ.get("THREADS") or str(len(os.sched_getaffinity(0)))
    if not value.isdecimal() or int(value) < 1:
        raise UserError(f"environment variable THREADS: got {value!r}; expected a number from 1")
    return int(value)


def describe(device_used: str, packages: Iterable[str]) -> dict[str, str]:
    """The machine and the versions that a result was made with."""
    gib = psutil.virtual_memory().total / 2**30
    return {
        "device": device_used,
        "processor": _processor(),
        "threads": str(threads()),
        "memory": f"{gib:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    } | {name: importlib.metadata.version(name) for name in packages}


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    told = file.read_text(encoding="utf-8") if file.exists() else ""
    model = re.search(r"^model name\s*:\s*(.*?)\s*$", told, re.MULTILINE)
    return model[1] if model else platform.processor() or platform.machine()
