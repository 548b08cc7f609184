import numpy as np
import pytest

from stages.reading.raw import write_parts


@pytest.fixture
def brought(tmp_path):
    """Writes parts as data/raw would be; returns {file name: array} and dataset.json's content."""
    from stages.core.files import read_json
    from stages.reading.idx import TYPES, read_idx

    def brought(parts):
        folder = tmp_path / "raw"
        folder.mkdir(exist_ok=True)
        write_parts(folder, "mine", parts)
        arrays = {
            path.name: np.array(read_idx(path, 3 if "idx3" in path.name else 1, tuple(TYPES)))
            for path in folder.glob("*ubyte")
        }
        return arrays, read_json(folder / "dataset.json")

    return brought
