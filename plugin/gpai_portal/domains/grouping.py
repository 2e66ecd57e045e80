"""All rows of manifests, added up by authority and modality: the one pass over everything that was crawled.

The result is small, holds no address, user name or password, and can be kept: results of several crawls are added up
without looking at their rows again (``partials``).
"""

from __future__ import annotations

from gpai_portal.domains.database import quoted
from gpai_portal.domains.hosts import Reason

#: In place of an authority: why a row has none. No authority begins with a slash.
MARK = "/"

#: What nearly all addresses are: nothing but a host, perhaps with a port, between the slashes.
_PLAIN = "^https?://([A-Za-z0-9._:-]+)(?:/|$)"

#: What has this scheme, or none, names a host of the web (special schemes of the WHATWG URL standard).
_SCHEME = "(?i:https?|ftp|wss?)"
_WITH_SLASHES = rf"^[\x00-\x20]*(?:{_SCHEME}:[/\\]*|[/\\]{{2,}})([^/?#\\]*)"
_WITHOUT = r"^[\x00-\x20]*([^/?#\\:@\x00-\x20]+(?::[0-9]+)?)(?:[/?#\\]|$)"
_OTHER_SCHEME = r"^[\x00-\x20]*[A-Za-z][A-Za-z0-9+.\-]*:"


def authority(url: str) -> str:
    """SQL for the authority of a URL, given as an expression of type VARCHAR.

    What comes after the last @ is the host; before it stand user names and passwords. Tabs and ends of lines within an
    address are left out, as browsers do.
    """
    joined = f"replace(replace(replace({url}, chr(9), ''), chr(10), ''), chr(13), '')"
    host = f"regexp_replace(regexp_extract({joined}, {quoted(_WITH_SLASHES)}, 1), '(?s)^.*@', '')"
    return f"""coalesce(nullif(regexp_extract({url}, {quoted(_PLAIN)}, 1), ''), CASE
        WHEN {url} IS NULL OR trim({joined}) = '' THEN '{MARK}{Reason.NO_URL}'
        WHEN regexp_matches({joined}, {quoted(_WITH_SLASHES)})
            THEN coalesce(nullif({host}, ''), '{MARK}{Reason.NO_HOST}')
        WHEN regexp_matches({joined}, {quoted(_WITHOUT)}) THEN regexp_extract({joined}, {quoted(_WITHOUT)}, 1)
        WHEN regexp_matches({joined}, {quoted(_OTHER_SCHEME)}) THEN '{MARK}{Reason.NOT_OF_THE_WEB}'
        ELSE '{MARK}{Reason.NO_HOST}' END)"""


def grouped(source: str) -> str:
    """SQL of the pass over all rows of a source with the columns ``url``, ``modality`` and ``size``; it gives COLUMNS.

    A size that is missing or negative counts as 0 bytes, and is counted. It is written for DuckDB, in words that can be
    translated for other engines.
    """
    return f"""
        SELECT authority, modality, count(*) AS row_count, coalesce(sum(size), 0) AS bytes,
            count(*) - count(size) AS unsized
        FROM (
            SELECT {authority("url")} AS authority, modality, CASE WHEN size >= 0 THEN size END AS size
            FROM ({source}) AS crawled) AS cut
        GROUP BY authority, modality"""
