"""Members of a record as they have to be. Anybody may have written the file, so each is looked at before it is used.

Each function returns the value, or raises TypeError or ValueError.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

SHA256 = re.compile(r"[0-9a-f]{64}\Z")
#: The key of a document, and the name of a file it offers; neither leads out of its folder.
KEY = re.compile(r"[a-z0-9][a-z0-9.-]*(?:/[a-z0-9][a-z0-9.-]*)*\Z")
FILE = re.compile(r"(?!\.\.?\Z)[^/\\\x00-\x1f\x7f\ud800-\udfff]{1,255}\Z")


def text_of(value: Any) -> str:
    """Text."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def whole_of(value: Any) -> int:
    """A whole number from 1 on."""
    if type(value) is not int or value < 1:
        raise TypeError("no number from 1")
    return value


def matching(pattern: re.Pattern[str], value: Any) -> str:
    """Text of a form."""
    if not pattern.match(text_of(value)):
        raise ValueError("not of this form")
    return str(value)


def day_of(value: Any) -> date:
    """A day written as YYYY-MM-DD."""
    day = date.fromisoformat(text_of(value))
    if day.isoformat() != value:
        raise ValueError("no day as it is written here")
    return day
