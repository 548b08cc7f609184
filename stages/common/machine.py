"""What the machine gives: environment variables, never params, so that moving invalidates nothing."""

import importlib.metadata
import os
import platform

import psutil

from stages.common.errors import UserError

DEVICES = ("auto", "cpu", "cuda")


def device() -> str:
    """DEVICE: `auto` (a CUDA GPU where the framework sees one), `cpu` or `cuda`."""
    value = os.environ.get("DEVICE", "auto")
    if value not in DEVICES:
        raise UserError(f"environment variable DEVICE: got {value!r}; it may be one of {DEVICES}")
    return value


def threads() -> int:
    """THREADS: how many CPU threads a fit may use; all that this process may run on, if unset."""
    value = os.environ.get("THREADS", str(len(os.sched_getaffinity(0))))
    if not value.isdecimal() or int(value) < 1:
        raise UserError(f"environment variable THREADS: got {value!r}; expected a number from 1")
    return int(value)


def describe(device_used: str, packages: list[str]) -> dict[str, str]:
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
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
