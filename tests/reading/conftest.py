import threading
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.core.files import read_json
from stages.reading.idx import TYPES, read_idx
from stages.reading.raw import write_parts
from tests.reading.mirror import Handler


@pytest.fixture
def rows(digits):
    """The first 40 digits: four of each."""
    return digits.take(np.arange(40))


@pytest.fixture
def refused():
    """`with refused(message)`: the block raises a `UserError` that says so in one short line."""

    @contextmanager
    def refused(message):
        with pytest.raises(UserError, match=message) as error:
            yield
        assert "\n" not in str(error.value)
        assert len(str(error.value)) < 400

    return refused


@pytest.fixture
def read_raw():
    """{file name: array} and dataset.json's content of a folder like data/raw."""

    def read(folder):
        arrays = {
            path.name: np.array(read_idx(path, 3 if "idx3" in path.name else 1, TYPES))
            for path in folder.glob("*ubyte")
        }
        return arrays, read_json(folder / "dataset.json")

    return read


@pytest.fixture
def brought(tmp_path, read_raw):
    """Writes parts as data/raw would be, and reads them."""

    def brought(parts):
        folder = tmp_path / "raw"
        folder.mkdir(exist_ok=True)
        write_parts(folder, "mine", parts)
        return read_raw(folder)

    return brought


@pytest.fixture
def server():
    """A server of mirrors, each of which misbehaves in its own way.

    `asked` is what it was, `sent` how many bytes it has sent of answers that do not end.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.sent, server.stop = [], 0, threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield server
    server.stop.set()
    server.shutdown()
    server.server_close()
