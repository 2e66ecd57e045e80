"""Each message that guide and README show comes from the mistake that it is shown for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.following import Terminal, as_shown, blocks

PAGE = (ROOT / "docs/pages/troubleshooting.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs/pages/getting-started.md").read_text(encoding="utf-8")

#: Mistakes in a finished portal, in the order of the page; each is made in a portal without the others.
MISTAKES = [
    "mkdir ../elsewhere && cd ../elsewhere && gpai-portal check",
    "gpai-portal new portal .",
    "gpai-portal new release example-txt 2.0",
    "sed -i 's/^address: .*/address: Street: 1/' content/provider.yaml; gpai-portal check",
    "sed -i 's/signed: false/signed: no/' content/provider.yaml; gpai-portal check",
    "sed -i 's/^version: .*/version: 1.10/' content/copyright-policy.yaml; gpai-portal check",
    "sed -i 's/^country:/countrey:/' content/provider.yaml; gpai-portal check",
    "rm -r content && cp -r ../draft/content . && gpai-portal publish",
    "gpai-portal publish && sed -i 's/Section 3/Section 4/' content/copyright-policy.yaml && gpai-portal publish",
    (
        "gpai-portal publish && sed -i 's/Section 3/Section 4/' content/copyright-policy.yaml"
        " && GPAI_PORTAL_STRICT=true mkdocs build --strict"
    ),
    "echo '# Home' > content/pages/index.md; mkdocs build",
    "gpai-portal publish && sed -i 's/Example AI/Example IA/' content/records/000001.json; mkdocs build",
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a new portal, and beside it one whose files are those of the guide."""
    terminal = Terminal(tmp_path_factory.mktemp("mistakes"), ours=True)
    terminal.run("gpai-portal new portal draft && cp -r draft finished && rm -r finished/content/models/*")
    for language, file, lines in blocks(GUIDE):
        if language == "yaml":
            (terminal.folder / "finished" / file).parent.mkdir(parents=True, exist_ok=True)
            (terminal.folder / "finished" / file).write_text(lines, encoding="utf-8")
    return terminal.folder


def messages() -> Iterator[str]:
    yield from (lines for language, _, lines in blocks(PAGE) if language == "text")


def test_every_message_has_its_mistake() -> None:
    assert len(list(messages())) == len(MISTAKES)


@pytest.mark.parametrize(("message", "mistake"), list(zip(messages(), MISTAKES, strict=False)), ids=MISTAKES)
def test_the_message_of_a_mistake(finished: Path, tmp_path: Path, message: str, mistake: str) -> None:
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    terminal = Terminal(tmp_path / "finished", ours=True)
    said = terminal.run(f"({mistake}) 2>&1 || true")
    assert message.strip() in said, said


def test_what_the_readme_says_of_check(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    terminal = Terminal(tmp_path / "finished", ours=True)
    summary = terminal.folder / "content/models/example-text/1.0/training-content-summary.yaml"
    text = summary.read_text(encoding="utf-8").replace("continuous_training:", "continous_training:")
    summary.write_text(text.replace("used: true", "used: yes", 1), encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("## What `check` says\n")[2]
    shown = next(lines for language, _, lines in blocks(readme) if language == "text")
    assert as_shown(shown, terminal.run("gpai-portal check || true"))
