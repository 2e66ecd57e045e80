"""The rest of each Form: the items that are not public, read and checked against the public part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from gpai_portal.checking.answers import check_answers
from gpai_portal.checking.precision import check_precision
from gpai_portal.codes import Code
from gpai_portal.content.folder import Content
from gpai_portal.content.source import Source
from gpai_portal.files import is_left_behind
from gpai_portal.gate.discretion import discreet
from gpai_portal.gate.merging import joined
from gpai_portal.gate.private_files import PrivateFiles
from gpai_portal.limits import MAX_BYTES
from gpai_portal.names import DOCUMENTS
from gpai_portal.schema import FORM, load


def read_forms(files: PrivateFiles, content: Content, as_of: date) -> dict[tuple[str, str], Source]:
    """The rest of the Form by (model, release), for releases of the content. Problems go to the report of the files.

    ``content`` must have been checked; what its forms say is not judged here. What is not answered yet is open.
    """
    forms: dict[tuple[str, str], Source] = {}
    models = files.folder / "models"
    for file in files.files(models):
        parts = file.relative_to(models).parts
        if is_left_behind(file.relative_to(models)):
            continue
        if len(parts) != 3 or parts[2] != f"{FORM}.yaml":
            advice = f"the rest of the Form lies at models/<model>/<release>/{FORM}.yaml"
            message = "no document of this name belongs here"
            files.add(file, (), Code.UNKNOWN_FILE, message, advice)
            continue
        key = (parts[0], parts[1])
        if key not in content.releases:
            message = "there is no such release in the content"
            files.add(file, (), Code.UNKNOWN_RELEASE, message, "correct the folders")
            continue
        if _is_untouched(file):  # a scaffold in which no field was answered yet
            continue
        if source := files.read(FORM, file, given=_required_head(content.releases[key].get(FORM)), draft=True):
            forms[key] = source
            _check(files, source, key, content, as_of)
    _check_covers(files, forms, content)
    return forms


def _is_untouched(file: Path) -> bool:
    """Whether there are only comments in a file."""
    with file.open("rb") as opened:
        raw = opened.read(MAX_BYTES)
    return len(raw) < MAX_BYTES and all(line.strip()[:1] in {b"", b"#"} for line in raw.splitlines())


def _required_head(public: Source | None) -> dict[str, Any]:
    """What the rest of a Form need not repeat: the required fields of the head that the public part answers, or that it
    leaves open as a draft, with None."""
    head = [child.key for child in load(FORM).root.children if child.required and child.kind != "section"]
    return {key: public.data.get(key) for key in head if public and (key in public.data or not public.is_whole(key))}


def _check(files: PrivateFiles, source: Source, key: tuple[str, str], content: Content, as_of: date) -> None:
    """Reports what contradicts the public part of the Form, and answers that say nothing."""
    public = content.releases[key].get(FORM)
    public_data: Mapping[str, Any] = public.data if public else {}
    for child in load(FORM).root.children:
        items = [item.path for item in child.children] if child.kind == "section" else [child.path]
        for path in items:
            if child.key != "$schema" and public and _has(source, path) and _has(public, path):
                message = "this item is in the public form as well"
                files.add(source, path, Code.ITEM_IN_TWO_FILES, message, "keep it in one of them")
    for extra in ("extra_sections", "publish_beyond_audience"):
        if extra in source.data:
            advice = f"write a further document in {DOCUMENTS}/, whose head says who may have it"
            message = "what stands here has no audience marks"
            files.add(source, (extra,), Code.NO_AUDIENCE, message, advice)
    for release, sources in content.releases.items():
        covering = sources.get(FORM)
        if covering and release != key and "/".join(key) in covering.answers.get("covers").items:
            message = "this release is covered by the form of another one"
            advice = f"move the items to models/{'/'.join(release)}/"
            files.add(source, (), Code.ITEM_IN_TWO_FILES, message, advice)
    updated = source.answers.get("last_updated").day
    if updated and updated > as_of:
        message = "the date is in the future"
        files.add(source, ("last_updated",), Code.DATE_IN_FUTURE, message, "correct the date")
    name = files.name(source.file)
    whole = replace(source, data=joined(load(FORM).root, public_data, source.data))
    found = (*check_answers(source, content, name), *check_precision(whole, name))
    files.report.add(discreet(problem, load(FORM).root) for problem in found)


def _check_covers(files: PrivateFiles, forms: Mapping[tuple[str, str], Source], content: Content) -> None:
    """Reports releases that are not there, and such as have two forms."""
    releases = {"/".join(key) for key in content.releases}
    public = {key: sources[FORM] for key, sources in content.releases.items() if FORM in sources}
    held = {"/".join(key) for key in (*public, *forms)}
    held |= {key for source in public.values() for key in source.answers.get("covers").items}
    for (model, id_), source in forms.items():
        covers = source.answers.get("covers")
        for index, key in enumerate(covers.items):
            path = (*covers.path, index)
            if key not in releases:
                message = "there is no such release in the content"
                files.add(source, path, Code.UNKNOWN_RELEASE, message, "correct or remove it")
            elif key != f"{model}/{id_}" and key in held:
                message = "this release has a form already"
                files.add(source, path, Code.ITEM_IN_TWO_FILES, message, "remove one of the two")
            held.add(key)


def _has(source: Source, path: tuple[str, ...]) -> bool:
    """Whether something is written at a path."""
    return source.answers.get(*path).written is not None
