"""The day on which something is judged. Time enters the portal here and nowhere else."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from gpai_portal.errors import UsageError


def today() -> date:
    """The day of SOURCE_DATE_EPOCH (reproducible-builds.org), else today, in UTC.

    Raises UsageError if SOURCE_DATE_EPOCH is not a number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"SOURCE_DATE_EPOCH={epoch!r} is not a number of seconds since 1970") from None
