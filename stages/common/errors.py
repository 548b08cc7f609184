"""A mistake that the user can mend is one clear line, never a traceback."""

import sys
from collections.abc import Callable


class UserError(Exception):
    """Says what was got, what was expected, where, and what to do."""


def run(main: Callable[[], None]) -> None:
    """Call `main`; a `UserError` becomes one line on stderr and exit code 1.

    So does what the system refuses: a full disk, a file that may not be read or written.
    """
    try:
        main()
    except UserError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit(f"error: {where}{error.strerror or error}")
