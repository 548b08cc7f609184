"""A mistake that the user can mend is one clear line, never a traceback."""

import sys
from collections.abc import Callable


class UserError(Exception):
    """Says what was got, what was expected, where, and what to do."""


def run(main: Callable[[], None]) -> None:
    """Call `main`; a `UserError` becomes one line on stderr and exit code 1."""
    try:
        main()
    except UserError as error:
        sys.exit(f"error: {error}")
