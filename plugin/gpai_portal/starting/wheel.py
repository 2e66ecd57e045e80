"""A wheel of this tool, made from the files that are installed (PEP 427)."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

import gpai_portal
from gpai_portal.errors import UsageError
from gpai_portal.files import is_left_behind
from gpai_portal.schema import schema_folder

PACKAGE = "gpai_portal"

#: What installers write beside the files of a wheel.
_OF_INSTALLERS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"}

#: The first day that ZIP can write. All times are the same, so that the same files give the same wheel.
_DAY = (1980, 1, 1, 0, 0, 0)


def packed_again(ours: Distribution) -> tuple[str, bytes]:
    """Name and bytes of a wheel with exactly what runs here, also where that is a checkout (an editable install).

    Raises UsageError if the installation lacks what a wheel needs.
    """
    files = dict(_files(ours))
    about = f"{PACKAGE}-{ours.version}.dist-info"
    if not {f"{about}/METADATA", f"{about}/WHEEL", f"{about}/entry_points.txt"} <= set(files):
        raise UsageError("this installation of gpai-portal lacks its description; install it anew with pip")
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    for name, data in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.writerow([name, f"sha256={digest}", len(data)])
    rows.writerow([f"{about}/RECORD", "", ""])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        # The description comes last in a wheel, and the list of all files at its very end.
        ordered = sorted(files.items(), key=lambda file: (file[0].startswith(about), file[0]))
        for name, data in [*ordered, (f"{about}/RECORD", record.getvalue().encode())]:
            entry = zipfile.ZipInfo(name, _DAY)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return f"{PACKAGE}-{ours.version}-py3-none-any.whl", out.getvalue()


def _files(ours: Distribution) -> Iterator[tuple[str, bytes]]:
    """Paths in a wheel with their bytes; in a checkout, the schemas lie outside the package."""
    package = Path(gpai_portal.__file__).parent
    for root, place in ((package, PACKAGE), (schema_folder(), f"{PACKAGE}/schemas")):
        for path in root.rglob("*"):
            inside = path.relative_to(root).as_posix()
            if path.is_file() and "__pycache__" not in inside.split("/") and not is_left_behind(inside):
                yield f"{place}/{inside}", path.read_bytes()
    for file in ours.files or ():
        at = next((i for i, part in enumerate(file.parts) if part.endswith(".dist-info")), None)
        if at == 0 and (len(file.parts) > 2 or file.name not in _OF_INSTALLERS):
            yield file.as_posix(), Path(str(file.locate())).read_bytes()
