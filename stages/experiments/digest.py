"""A short name for anything that is JSON."""

import hashlib
import json
from typing import Any


def digest(*parts: Any) -> str:
    """Eight hexadecimal digits of the parts, whatever the order of their keys."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:8]
