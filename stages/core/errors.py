"""How a program of this project starts and ends: a mistake that the user can mend is one line."""

import argparse
import inspect
import sys
from collections.abc import Callable

INTERRUPTED = 130  # the exit code of what Ctrl-C has ended, as shells have it


class UserError(Exception):
    """Says what was got, what was expected, where, and what to do."""


def run(main: Callable[..., None]) -> None:
    """Call a stage's `main` with the arguments of the command line, which its signature names.

    A name may come as DVC calls its stage: `train@lenet5`. A `UserError` becomes one line on stderr
    and exit code 1, as does what the system refuses: a full disk, a file that may not be read or
    written.
    """
    own = sys.modules[main.__module__]
    name = getattr(own.__spec__, "name", main.__module__)
    parser = argparse.ArgumentParser(prog=f"python -m {name}", description=own.__doc__)
    for argument in inspect.signature(main).parameters:
        parser.add_argument(argument, type=lambda name: name.rpartition("@")[2])
    given = vars(parser.parse_args())
    guarded(lambda: main(**given))


def guarded(work: Callable[[], None]) -> None:
    """Call `work`; end the program with one line where it fails in a way that users can mend."""
    try:
        work()
    except UserError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit(f"error: {where}{error.strerror or error}")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
