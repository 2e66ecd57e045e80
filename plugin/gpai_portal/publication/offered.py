"""Files that documents offer for download, as they are kept beside the records: under ``files/``, named by their hash.

Of text, every line ends with a line feed, whatever the system. A large file is kept compressed. One that is too large
for version control even so is kept outside: the record has its hash, so that it can be told wherever it lies.
"""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from gpai_portal.files import PACKED, read_packed, write_bytes
from gpai_portal.limits import MAX_KEPT_BYTES, MAX_KEPT_PLAIN, MAX_LIST_BYTES


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def as_kept(raw: bytes) -> bytes:
    """How an offered file is kept: of text, every line ends with a line feed, whatever the system."""
    return raw if b"\0" in raw else raw.replace(b"\r\n", b"\n")


def is_offered(raw: bytes, sha256: str) -> bool:
    """Whether a file is the one of a hash. Of text the line ends do not count: version control may change them."""
    if digest(raw) == sha256:
        return True
    kept = as_kept(raw)
    # Records of the first format hashed text as it lay there, which may have been with carriage returns.
    return b"\0" not in raw and sha256 in {digest(kept), digest(kept.replace(b"\n", b"\r\n"))}


def stored(folder: Path, sha256: str) -> Path:
    """Where the file of a hash is kept, or would be, in a folder of records; a packed one ends in PACKED."""
    plain = folder / "files" / sha256
    packed = plain.with_name(sha256 + PACKED)
    return packed if packed.is_file() else plain


def keep(folder: Path, raw: bytes) -> bool:
    """Keeps what ``as_kept`` gives, unless it is there; False if it is too large, and has to be kept outside."""
    place = stored(folder, digest(raw))
    if place.is_file():
        return True
    if len(raw) <= MAX_KEPT_PLAIN:
        write_bytes(place, raw)
        return True
    packed = gzip.compress(raw, mtime=0)
    if len(packed) > MAX_KEPT_BYTES:
        return False
    write_bytes(place.with_name(place.name + PACKED), packed)
    return True


def carried(name: str, path: Path) -> str:
    """How a file is called in a site: a packed one is carried as it is kept."""
    return name + PACKED if path.suffix == PACKED else name


def unpacked(path: Path) -> bytes:
    """The bytes of a kept file. Raises PortalError for a damaged one, OSError if it cannot be read."""
    return read_packed(path, MAX_LIST_BYTES)
