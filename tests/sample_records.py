"""Writes the records of the sample portal anew (``make sample-records``), with an invented history.

For the time before the first release of gpai-portal, while the sample itself still changes. A provider never does
this: published records stay.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.errors import ContentError
from gpai_portal.publication import records
from gpai_portal.publication.publishing import publish
from gpai_portal.publication.snapshots import snapshots

ROOT = Path(__file__).parents[1]
BLIK = "models/blik/1.0/training-content-summary.yaml"
POLICY = "copyright-policy.yaml"

#: Day, reason, and what the files said until then: (file, as it is now, as it was).
HISTORY = [
    (date(2026, 9, 14), "", ()),
    (
        date(2026, 9, 21),
        "Address of the crawler's IP ranges corrected",
        [(POLICY, "bot/ip-ranges.json", "bot/ip-ranges.txt")],
    ),
    (
        date(2026, 9, 28),
        "Domain name of the textile museum in Almby added",
        [
            (BLIK, "        - domain: textilmuseet-almby.example\n          note: Textile museum, Sweden\n", ""),
            (BLIK, "total: 11", "total: 10"),
            (BLIK, "All eleven domain names", "All ten domain names"),
            (BLIK, 'version: "1.1"\nprevious_versions:', 'version: "1.0"\nprevious_versions:'),
            (BLIK, "last_update: 2026-09-28", "last_update: 2026-09-01"),
            (
                BLIK,
                '  - version: "1.0"\n    date: 2026-09-01\n'
                "    url: https://skriftvang.example/ai-act/models/blik/1.0/training-content/r1/\n"
                "changes: |\n"
                "  - **2.3:** the domain name of the textile museum in Almby was missing; it was added.\n",
                "  state: none\n",
            ),
        ],
    ),
]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "content")
        shutil.copytree(ROOT / "content", folder, ignore=shutil.ignore_patterns("records", "pages"))
        for _, _, edits in HISTORY:
            for file, now, before in edits:
                _replace(folder / file, now, before)
        for day, reason, edits in HISTORY:
            # All edits of one file are of one day, so the file of today is put back whole.
            for file in {file for file, _, _ in edits}:
                shutil.copyfile(ROOT / "content" / file, folder / file)
            content, report = check(folder, day)
            if report.errors:
                raise ContentError(report)
            assert publish(snapshots(compose(content)), folder / records.FOLDER, day, reason)
        shutil.rmtree(ROOT / "content" / records.FOLDER, ignore_errors=True)
        shutil.copytree(folder / records.FOLDER, ROOT / "content" / records.FOLDER)


def _replace(file: Path, now: str, before: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(now) == 1, f"{file.name}: {now!r}"
    file.write_text(text.replace(now, before), encoding="utf-8")


if __name__ == "__main__":
    main()
