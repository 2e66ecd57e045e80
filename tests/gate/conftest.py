"""Requests for access, and the command at the provider's desk."""

from __future__ import annotations

import base64
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.manifest import read_sealed
from tests.conftest import AS_OF, run


def request_text(identity: Identity, company: str, portal: str = "") -> str:
    """A request as the reader's browser writes it."""
    key = identity.public
    block = "\n".join(textwrap.wrap(base64.b64encode(key.raw).decode(), 64))
    return (
        "Request for access to documentation for downstream providers\n"
        f"Portal: https://skriftvang.example/ai-act/\n{f'Portal id: {portal}' if portal else 'Portal id:'}\n"
        f"Company: {company}\nContact: A. Reader\nE-mail: reader@example.org\nModels: Skrift 2.0\n"
        f"Purpose: integration\nRequested: {AS_OF}\nFingerprint: {key.fingerprint}\nKey type: {key.kem}\n"
        f"-----BEGIN GPAI-PORTAL PUBLIC KEY-----\n{block}\n-----END GPAI-PORTAL PUBLIC KEY-----\n"
    )


@pytest.fixture
def gpai(desk: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command at the desk, on the sample's day."""

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return run("gpai_portal.cli", *words, cwd=desk)

    return command


def key_text(desk: Path, identity: Identity) -> str:
    """A key file as the reader's browser writes it on a page of the desk's section."""
    found = read_sealed(desk / "content/sealed")
    assert found
    head, rest = identity.to_text(AS_OF).split("\n", 1)
    return f"{head}\n# Portal id: {found.portal}\n# Signing key: {found.signed_by}\n{rest}"
