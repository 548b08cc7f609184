"""Whether a folder's pictures are digits, lines on paper, or show solid things, by a look at some.

Of what looks like ink in MNIST's digits, scans, bold print and scikit-learn's blurred digits, less
than a tenth is wide or solid; in Fashion-MNIST a quarter is.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from stages.core.errors import UserError
from stages.reading.framing import line_width, resized
from stages.reading.ink import find_ink
from stages.reading.pictures import read_pictures
from stages.reading.row_files import Fit

LOOKED = 200  # pictures at the most
LONGER = 150  # side in pixels of a picture while it is looked at
WIDE = 7.5  # width of its lines, were the ink 20 pixels long
SOLID = 0.78  # of the box around it that ink fills, unless that is long and narrow, as a 1 is
SHARE = 0.15  # of the pictures that are wide or solid


def chosen_fit(folder: Path, listed: list[Path]) -> Fit:
    """The fit for the pictures `listed`, by a look at some of them, which a line tells."""
    whole = are_solid(_sample(listed[:: -(-len(listed) // LOOKED)]))
    seen, made = ("solid things", "kept whole") if whole else ("lines of ink", "cut to their digit")
    fit, other = ("whole", "digit") if whole else ("digit", "whole")
    print(f"{folder}: {seen} are seen, so pictures are {made}; if not so: download.fit: {other}")
    return fit


def _sample(listed: list[Path]) -> Iterator[np.ndarray]:
    for path in listed:
        with suppress(UserError):  # which is told when the rows are read
            yield next(read_pictures(path, str(path)))[1]


def are_solid(pictures: Iterable[np.ndarray]) -> bool:
    """Whether pictures, uint8 (height, width) each, seem to show solid things and no digits."""
    solid = [_is_solid(greys) for greys in pictures]
    return sum(solid) > SHARE * len(solid)


def _is_solid(greys: np.ndarray) -> bool:
    """Whether what looks like ink is no line of a pen."""
    found = find_ink(resized(greys, LONGER))
    if found is None:
        return False
    rows, columns = (np.flatnonzero(found.core.any(axis=axis)) for axis in (1, 0))
    box = found.core[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    full = box.mean() > SOLID and 2 * min(box.shape) > max(box.shape)
    return bool(full or line_width(resized(box, LONGER)) > WIDE)
