"""Stages that need not import their libraries: a process that has them forks for each stage.

`warm()` starts it for the time of a run or a sweep. A stage that begins (see `stages/__init__.py`)
hands its words, its environment and its standard streams over through a socket, and ends with the
exit code of the fork. Only other people's libraries are imported beforehand: each fork reads the
project's code anew, so that what runs is what DVC has hashed. Without the process all goes as ever.
"""

import ast
import contextlib
import json
import os
import runpy
import signal
import socket
import struct
import sys
import threading
import uuid
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

VARIABLE = "WARM_STAGES"  # of the environment: the socket's name
SHARED = ("numpy", "pandas", "scipy.stats", "sklearn.metrics", "pydantic", "ruamel.yaml")
MOST = 1 << 20  # bytes of a request
GRACE = 3.0  # seconds in which an interrupted fork may clear up
PATIENCE = 1.0  # seconds between two looks whether the parent lives


@contextlib.contextmanager
def warm() -> Iterator[None]:
    """Let the stages that DVC runs for this process be forks for the time of the block.

    No thread may be at work here when it begins.
    """
    name = f"digits-{uuid.uuid4()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(f"\0{name}")  # of no folder, whose path might be too long
        listening.listen(16)
        if not (server := os.fork()):
            try:
                _serve(listening)
            finally:  # whatever happens: what stands below is the parent's
                os._exit(1)
    os.environ[VARIABLE] = name
    try:
        yield
    finally:
        os.environ.pop(VARIABLE, None)
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)


def forward() -> None:
    """Let the warm process do what this one was started for, and end; return if there is none."""
    asking = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    words = {"argv": sys.orig_argv[2:], "env": dict(os.environ), "folder": str(Path.cwd())}
    try:
        asking.connect(f"\0{os.environ[VARIABLE]}")
        socket.send_fds(asking, [json.dumps(words).encode()], [0, 1, 2])
    except OSError:
        return
    try:
        answer = asking.recv(1)
    except ConnectionResetError:  # it ended before it had looked at this
        return
    except KeyboardInterrupt:  # which the fork has too, at a terminal, and may be clearing up
        asking.settimeout(GRACE)
        answer = b"\1"
        with contextlib.suppress(KeyboardInterrupt, TimeoutError):
            answer = asking.recv(1) or answer
    sys.exit(answer[0] if answer else "error: the process of this stage was killed; out of memory?")


def _serve(listening: socket.socket) -> None:
    """Fork for each request as long as the parent lives; a library's own process serves its own."""
    parent = os.getppid()
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what libraries say when they are imported
    _import(SHARED)
    listening.settimeout(PATIENCE)
    helpers: dict[str, socket.socket] = {}
    while os.getppid() == parent:
        with contextlib.suppress(TimeoutError):
            asking, _ = listening.accept()
            if _user(asking) != os.getuid():
                asking.close()
                continue
            request, streams, _, _ = socket.recv_fds(asking, MOST, 3)
            files = [asking.detach(), *streams]
            framework = _framework(json.loads(request)) if request else ""
            if framework and framework not in helpers:
                helpers[framework] = _helper(framework, files)
            _give(request, files, helpers.get(framework))
    os._exit(0)


def _user(asking: socket.socket) -> int:
    """Whose process is at the other end: any may connect."""
    process = struct.Struct("iii")  # its number, its user, its group
    return process.unpack(asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, process.size))[1]


def _helper(framework: str, strange: list[int]) -> socket.socket:
    """A process that has also imported what the framework's file imports.

    `strange` are a stage's open files, whose reader waits until all who have them are gone.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork():
        theirs.close()
        return ours
    for number in (ours.detach(), *strange):
        os.close(number)
    with contextlib.suppress(Exception):  # what is wrong with the file the stage itself will tell
        _import(_libraries(Path(f"stages/frameworks/{framework}.py")))
    while True:
        request, files, _, _ = socket.recv_fds(theirs, MOST, 4)
        if not request:
            os._exit(0)
        _give(request, files)


def _give(request: bytes, files: list[int], helper: socket.socket | None = None) -> None:
    """Let the helper, or a fork of this process, be the stage that was asked for with these files:
    its connection and streams. Who asked with no word is dead already."""
    if request and helper:
        socket.send_fds(helper, [request], files)
    elif request and not os.fork():
        _work(request, *files)
    for number in files:
        os.close(number)


def _work(request: bytes, asking: int, *streams: int) -> None:
    """Be the stage: run its module as `python -m` does, tell its exit code, and end."""
    words = json.loads(request)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        for number, mode in enumerate("rww")
    )
    os.chdir(words["folder"])
    sys.path.insert(0, words["folder"])
    os.environ.clear()
    os.environ.update(words["env"])
    del os.environ[VARIABLE]
    for name in [name for name in sys.modules if name.split(".")[0] == "stages"]:
        del sys.modules[name]
    sys.argv = words["argv"]
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Whoever asked may be killed; then nobody wants this any more.
    threading.Thread(target=_end_with, args=(asking,), daemon=True).start()
    code = 1
    try:
        runpy.run_module(words["argv"][0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(asking, bytes([code]))
        os._exit(code)


def _end_with(asking: int) -> None:
    os.read(asking, 1)
    os._exit(1)


def _framework(words: dict) -> str:
    """Whose libraries a stage needs beside the shared ones; nothing for what opens no family."""
    module, *names = words["argv"]
    if module not in ("stages.train", "stages.evaluate") or len(names) != 1:
        return ""
    from ruamel.yaml import YAML

    try:
        families = YAML(typ="safe").load(Path(words["folder"], "params.yaml"))["families"]
        return families[names[0].rpartition("@")[2]]["framework"]
    except Exception:  # whatever is wrong there the stage itself will say
        return ""


def _libraries(file: Path) -> list[str]:
    """The modules of other people that a file imports at its top, be it within a `with`."""
    found, nodes = [], ast.parse(file.read_text(encoding="utf-8")).body
    for node in nodes:
        if isinstance(node, ast.With):
            nodes += node.body
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module)
    return [name for name in found if name.split(".")[0] != "stages"]


def _import(names: list[str] | tuple[str, ...]) -> None:
    """Import them; what is wrong with a library the stage itself will tell."""
    os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
    for name in names:
        with contextlib.suppress(Exception):
            import_module(name)
