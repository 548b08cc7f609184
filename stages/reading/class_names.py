"""What classes may be called, and in which order they stand."""

import re
import unicodedata
from collections.abc import Iterable

from stages.core.errors import UserError

LONGEST = 255  # characters
# Unicode's categories of what nobody sees, or what moves what follows; surrogates are what is left
# of bytes that were no UTF-8.
UNSEEN = {"Cc": "a control character", "Cf": "an invisible character", "Cs": "no UTF-8"}
UNSEEN |= {"Zl": "a line separator", "Zp": "a paragraph separator"}
JOINERS = "\u200c\u200d"  # which some scripts need


def clean_name(name: str, where: str) -> str:
    """The name without blanks around it, in Unicode's composed form (NFC).

    Raises `UserError`, which begins with `where`, for what could not be told apart on paper.
    """
    clean = unicodedata.normalize("NFC", name.strip())
    kinds = [unicodedata.category(letter) for letter in clean if letter not in JOINERS]
    wrong = next((UNSEEN[kind] for kind in kinds if kind in UNSEEN), None)
    if len(clean) > LONGEST:
        wrong = f"{len(clean):,} characters"
    if wrong or not clean:
        got = f"the name {name[:60]!r}, with {wrong}" if wrong else "no name"
        raise UserError(
            f"{where}: got {got}; expected one to {LONGEST} visible characters in UTF-8; rename it"
        )
    return clean


def in_order(names: Iterable[str]) -> list[str]:
    """Numbers by their value, anything else as text."""
    numbers = all(re.fullmatch(r"-?\d+", name) for name in names)
    return sorted(names, key=lambda name: (int(name) if numbers else 0, name))
