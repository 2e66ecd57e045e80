"""Documentation as files: names come from whoever sealed it, and are written where a recipient opens it."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest

from gpai_portal.gate.catalogue import Catalogue
from gpai_portal.gate.standalone import StandaloneDocuments
from gpai_portal.site.language import Language


def paths_of(*names: str) -> list[PurePosixPath]:
    """Where the attachments of a document lie, whose names in the catalogue are these."""
    attachments = [{"id": f"a{number}", "name": name} for number, name in enumerate(names)]
    document = {"id": "d", "title": "Guide", "about": "Text 1.0", "attachments": attachments}
    objects = {"d": json.dumps({"html": "<p>Read this.</p>", "language": "en"}).encode()}
    objects |= {attachment["id"]: b"bytes" for attachment in attachments}
    catalogue = {"provider": "Base", "groups": [{"title": "All models", "documents": [document]}]}
    files = dict(
        StandaloneDocuments(Catalogue.parse(json.dumps(catalogue).encode()), objects.__getitem__).files(Language("en"))
    )
    return [PurePosixPath(path) for path, data in files.items() if data == b"bytes"]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("latency.csv", "latency.csv"),
        (".profile", "profile"),
        ("..hidden.csv", "hidden.csv"),
        ("x/.htaccess", "htaccess"),
        (".../.../.env", "env"),
        ("..", "attachment"),
        ("../../evil.sh", "evil.sh"),
        ("/etc/passwd", "passwd"),
        (r"..\..\evil.bat", "_.._evil.bat"),
        ("index.html", "2-index.html"),
        (".index.html", "2-index.html"),
    ],
)
def test_no_attachment_is_hidden_or_leaves_the_folder_of_its_document(name: str, place: str) -> None:
    assert paths_of(name) == [PurePosixPath("01-guide", place)]


def test_attachments_of_one_name_lie_side_by_side() -> None:
    assert [path.name for path in paths_of("x/a.csv", "y/.a.csv", "2-a.csv")] == ["a.csv", "2-a.csv", "2-2-a.csv"]
