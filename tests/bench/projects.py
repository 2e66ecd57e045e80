"""Generated portals: the sample's provider, policy and pages, with as many models as are asked for."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.bench.measuring import Run
from tests.conftest import ROOT

#: Pages beside those of models and releases, and pages of a release with its comparisons, both on average.
_PAGES_FIXED, _PAGES_RELEASE = 20, 6.7

#: Files beside those of models and releases, and files of a release.
_FILES_FIXED, _FILES_RELEASE = 2, 3


def project_of_pages(run: Run, name: str, count: int) -> Path:
    """A portal of about so many pages."""
    return _project(run, name, round((count - _PAGES_FIXED) / (_PAGES_RELEASE + 1 / run.releases)))


def project_of_files(run: Run, name: str, count: int) -> Path:
    """A portal of about so many files."""
    return _project(run, name, round((count - _FILES_FIXED) / (_FILES_RELEASE + 1 / run.releases)))


def sample_project(run: Run) -> Path:
    """The sample as it is."""
    project = _configured(run.folder / "sample")
    shutil.copytree(ROOT / "content", project / "content")
    return project


def _project(run: Run, name: str, releases: int) -> Path:
    project = _configured(run.folder / name)
    _write_content(project / "content", max(1, releases), run.releases)
    return project


def _configured(project: Path) -> Path:
    project.mkdir(parents=True)
    shutil.copy(ROOT / "mkdocs.yml", project)
    return project


def _write_content(folder: Path, releases: int, per_model: int) -> None:
    """The sample's provider, policy and pages with many models, each made from one of the sample's.

    A model's releases repeat those of its pattern in their order, so that its dates stay in order as well.
    """
    shutil.copytree(ROOT / "content", folder, ignore=shutil.ignore_patterns("models"))
    patterns = sorted((ROOT / "content" / "models").iterdir())
    for model in range(-(-releases // per_model)):
        pattern = patterns[model % len(patterns)]
        number = model // len(patterns) + 1
        suffix = f"-{number}" if number > 1 else ""
        target = folder / "models" / f"{pattern.name}{suffix}"
        target.mkdir(parents=True)
        text = (pattern / "model.yaml").read_text(encoding="utf-8")
        name = f"{_field_of(text, 'name')}{suffix}"
        (target / "model.yaml").write_text(_with_field(text, "name", name), encoding="utf-8")
        sources = sorted(
            (entry for entry in pattern.iterdir() if entry.is_dir()),
            key=lambda entry: int(_field_of((entry / "release.yaml").read_text(encoding="utf-8"), "sequence")),
        )
        count = min(per_model, releases - model * per_model)
        for index in range(count):
            _write_release(sources[index * len(sources) // count], target, name, index + 1)


def _write_release(source: Path, model: Path, name: str, number: int) -> None:
    target = model / f"{number}.0"
    target.mkdir()
    old = _field_of((source / "release.yaml").read_text(encoding="utf-8"), "name")
    for file in source.iterdir():
        if file.suffix != ".yaml":
            (target / file.name).write_bytes(file.read_bytes())
            continue
        text = file.read_text(encoding="utf-8").replace(old, f"{name} {number}.0")
        if file.name == "release.yaml":
            text = _with_field(text, "sequence", str(number))
        (target / file.name).write_text(text, encoding="utf-8")


def _field_of(text: str, key: str) -> str:
    found = re.search(rf"(?m)^{key}: (.*)$", text)
    assert found, f"the sample has no {key}"
    return found[1]


def _with_field(text: str, key: str, value: str) -> str:
    return re.sub(rf"(?m)^{key}: .*$", f"{key}: {value}", text, count=1)
