"""Measures the budgets of the portal (``make bench``) as ratios within one run.

Every line compares what the portal does with the least that could be done for the same pages. Times are CPU
seconds, so that other work on the machine counts little; a line over its budget does not fail the run, only
something that does not build does.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playwright.sync_api import sync_playwright

from gpai_portal import dates
from gpai_portal.checking import check
from gpai_portal.content.answers import Entry
from gpai_portal.content.model import Document
from gpai_portal.content.obligations import duties
from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.seal import begin, seal
from gpai_portal.sealing.sets import CATALOGUE, SEARCH
from gpai_portal.site.pages import Page
from gpai_portal.site.portal import Portal, Rendered
from gpai_portal.site.rendering import ASSETS
from tests.browser.conftest import QuietHandler

ROOT = Path(__file__).resolve().parents[1]
COMMAND = ".venv/bin/python -m tests.bench"

#: Releases of a generated model. The portal leaves all but the last out of the search index.
RELEASES = 5

#: Pages beside those of models and releases, and pages of a release with its comparisons, both on average.
PAGES_FIXED, PAGES_RELEASE = 20, 6.7

#: Files beside those of models and releases, and files of a release.
FILES_FIXED, FILES_RELEASE = 2, 3

SUMMARY_FILE = "training-content-summary.yaml"
DOCUMENTS = 1000
SERVED = 300
SIZED = 1000
PAGE_BUDGET, PAGE_BYTES = 51_200, 50_000
VERDICTS = {True: "ok", False: "over", None: ""}
BUDGETS = {"build": 3.0, "check": 2.5, "serve": 0.25, "seal": 5.0}
PARTS = ("build", "check", "serve", "size", "seal", "unlock")

#: Documents and recipients of the sealed section, and bytes of a document.
SEALED, RECIPIENTS, DOCUMENT_BYTES = 1000, 50, 20_000


class NotBuiltError(Exception):
    """A build that had to succeed did not."""


@dataclass(frozen=True)
class Line:
    """One line of the result."""

    what: str
    measured: str
    budget: str
    ok: bool | None
    command: str


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default=",".join(PARTS), help=f"which of {','.join(PARTS)}")
    parser.add_argument("--pages", default="100,1000,3000", help="pages of the portals that are built")
    parser.add_argument("--releases", type=int, default=RELEASES, help="releases of each generated model")
    parser.add_argument("--child", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, folder = options.child
        CHILDREN[what](Path(folder))
        return
    counts = [int(count) for count in options.pages.split(",")]
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"--only: unknown {', '.join(sorted(unknown))}")
    again = f" --releases {options.releases}" if options.releases != RELEASES else ""

    lines: list[Line] = []
    failed = False
    with tempfile.TemporaryDirectory(prefix="gpai-bench-") as folder:
        bench = Bench(Path(folder), options.releases, again)
        jobs: list[Callable[[], Iterator[Line]]] = []
        if "build" in wanted:
            jobs += [lambda count=count: bench.build(count) for count in counts]  # type: ignore[misc]
        jobs += [getattr(bench, name) for name in PARTS[1:] if name in wanted]
        for job in jobs:
            try:
                lines += job()
            except NotBuiltError as error:
                failed = True
                print(error, file=sys.stderr)
    progress("")
    show(lines)
    sys.exit(failed)


def progress(text: str) -> None:
    """What is running, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def show(lines: Sequence[Line]) -> None:
    rows = [("what", "measured", "budget", "", "command")]
    rows += [(x.what, x.measured, x.budget, VERDICTS[x.ok], x.command) for x in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


class Bench:
    """One run. Sites lie in ``folder``, which is thrown away."""

    def __init__(self, folder: Path, releases: int, again: str) -> None:
        self.folder = folder
        self.releases = releases
        self.again = again
        self.sites: dict[int, Path] = {}

    def line(self, what: str, ratio: float, budget: str, only: str) -> Line:
        return Line(what, f"{ratio:.2f} x", budget, ratio <= BUDGETS[only.split(maxsplit=1)[0]], self.command(only))

    def command(self, only: str) -> str:
        return f"{COMMAND} --only {only}{self.again}"

    def build(self, count: int) -> Iterator[Line]:
        """The whole build against the same build with empty bodies, each in a process of its own."""
        project = self.project(f"build-{count}", self.for_pages(count))
        times = {"full": float("inf"), "empty": float("inf")}
        for attempt in range(2 if count <= 1000 else 1):
            for what in ("full", "empty"):
                progress(f"build, {count} pages, {what} ({attempt + 1})")
                times[what] = min(times[what], cpu_of(self.built(project, what)))
                if what == "full":
                    pages = sum(
                        b'http-equiv="refresh"' not in f.read_bytes()
                        for f in sorted((project / "site").rglob("index.html"))
                    )
                    if attempt == 0 and count == SIZED:
                        self.keep(count, project / "site")
        shutil.rmtree(project)
        yield self.line(
            f"build of {pages:,} pages ({times['full']:.1f} s) to empty bodies ({times['empty']:.1f} s)",
            times["full"] / times["empty"],
            "3 x, aim 2 x",
            f"build --pages {count}",
        )

    def check(self) -> Iterator[Line]:
        """All checks of a content folder against loading its files."""
        folder = self.project("check", self.for_files(DOCUMENTS)) / "content"
        files = sorted([*folder.glob("*.yaml"), *folder.glob("models/**/*.yaml")])
        day = dates.today()
        checked = loaded = float("inf")
        for attempt in range(3):
            progress(f"check, {len(files)} documents ({attempt + 1})")
            loaded = min(loaded, cpu_of(lambda: [yaml.load(f.read_bytes(), yaml.CSafeLoader) for f in files]))
            checked = min(checked, cpu_of(lambda: self.checked(folder, day)))
        yield self.line(
            f"check of {len(files):,} documents ({checked:.1f} s) to loading them ({loaded:.1f} s)",
            checked / loaded,
            "2.5 x",
            "check",
        )

    @staticmethod
    def checked(folder: Path, day: Any) -> None:
        _, report = check(folder, day)
        if report.errors:
            raise NotBuiltError(f"the generated content has errors, first: {report.errors[0]}")

    def serve(self) -> Iterator[Line]:
        """The second build of a server, after one file changed, against the same pages as Markdown tables."""
        project = self.project("serve", self.for_pages(SERVED))
        plain = self.folder / "plain"
        write_plain(project, plain)
        pages = len(list(plain.rglob("docs/**/*.md")))
        ours = theirs = float("inf")
        for attempt in range(2):
            progress(f"serve, {pages} pages ({attempt + 1})")
            ours = min(ours, self.rebuilt(project, "serve"))
            progress(f"serve, {pages} pages as Markdown tables ({attempt + 1})")
            theirs = min(theirs, self.rebuilt(plain, "serve-plain"))
        yield self.line(
            f"rebuild in serve, {pages} pages ({ours:.1f} s), to Markdown tables ({theirs:.1f} s)",
            ours / theirs,
            "0.25 x",
            "serve",
        )

    def seal(self) -> Iterator[Line]:
        """Sealing rendered documents against only reading and encrypting them. In memory where the machine has a file
        system there, since what a disk takes to make a thousand files is not ours."""
        memory = Path("/dev/shm")
        with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else self.folder) as name:
            source = Path(name)
            for number in range(SEALED):
                (source / str(number)).write_bytes(os.urandom(DOCUMENT_BYTES))
            files = sorted(source.iterdir())
            provider = Identity.generate()
            readers = [Identity.generate().public for _ in range(RECIPIENTS)]

            def encrypt(into: Path | None = None) -> None:
                cipher = AESGCM(os.urandom(32))
                for file in files:
                    data = cipher.encrypt(os.urandom(12), file.read_bytes(), b"")
                    if into:
                        (into / file.name).write_bytes(data)

            def sealed(into: Path) -> None:
                payloads = [(CATALOGUE, b"{}"), (SEARCH, b"[]")]
                documents = ((file.name, file.read_bytes()) for file in files)
                every = itertools.chain(payloads, documents)
                seal(into, None, begin(), every, readers, provider, dates.today())

            ours = encrypted = written = float("inf")
            for attempt in range(5):
                progress(f"seal, {SEALED} documents ({attempt + 1})")
                target = Path(tempfile.mkdtemp(dir=source.parent))
                encrypted = min(encrypted, cpu_of(encrypt))
                written = min(written, cpu_of(lambda target=target: encrypt(target)))
                ours = min(ours, cpu_of(lambda target=target: sealed(target / "sealed")))
                shutil.rmtree(target)
        what = f"seal of {SEALED:,} documents for {RECIPIENTS} recipients ({ours:.3f} s)"
        yield self.line(f"{what} to reading and AES-GCM ({encrypted:.3f} s)", ours / encrypted, "5 x", "seal")
        ratio = f"{ours / written:.2f} x"
        yield Line(
            f"  the same to reading, AES-GCM and writing ({written:.3f} s)", ratio, "", None, self.command("seal")
        )

    def unlock(self) -> Iterator[Line]:
        """Unlocking a section and opening a document of 1 MB in Chromium, against decrypting it there."""
        progress("unlock in Chromium")
        site = self.folder / "unlock"
        shutil.copytree(ASSETS / "gate", site / "gate")
        (site / "index.html").write_text("<!doctype html><title>bench</title>", encoding="utf-8")
        provider, reader = Identity.generate(), Identity.generate()
        readers = [reader.public, *(Identity.generate().public for _ in range(RECIPIENTS - 1))]
        large = json.dumps({"html": "x" * 1_000_000}).encode()
        payloads = [(CATALOGUE, b"{}"), (SEARCH, b"[]"), ("large", large)]
        state = begin()
        seal(site / "sealed", None, state, payloads, readers, provider, dates.today())
        unlocking, reading, plain = unlock_in_chromium(site, reader, state.object_id("large"))
        yield Line(
            f"unlock for one of {RECIPIENTS} in Chromium: {unlocking:.0f} ms; document of 1 MB ({reading:.0f} ms) to "
            f"AES-GCM ({plain:.0f} ms)",
            f"{reading / plain:.2f} x",
            "",
            None,
            self.command("unlock"),
        )

    def size(self) -> Iterator[Line]:
        """Bytes of the HTML pages, of the sample and of a large site."""
        if SIZED not in self.sites:
            progress(f"size, {SIZED} pages")
            project = self.project("size", self.for_pages(SIZED))
            self.built(project, "full")()
            self.keep(SIZED, project / "site")
        progress("size, sample")
        sample = copy_project(self.folder / "sample")
        shutil.copytree(ROOT / "content", sample / "content")
        self.built(sample, "full")()
        for name, site in (("sample", sample / "site"), (f"{SIZED:,} pages", self.sites[SIZED])):
            pages = {path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*.html")}
            ordered = sorted(pages, key=lambda page: -pages[page])
            over = [page.removesuffix("index.html") for page in ordered if pages[page] > PAGE_BYTES]
            rest = (
                f", {len(over)} over {PAGE_BYTES:,}: {', '.join(over[:3])}" if over else f", none over {PAGE_BYTES:,}"
            )
            yield Line(
                f"largest page, {name}{rest}",
                f"{pages[ordered[0]]:,} bytes",
                f"{PAGE_BUDGET:,} bytes",
                pages[ordered[0]] <= PAGE_BUDGET,
                self.command("size"),
            )
            files = [f for f in site.rglob("*") if f.is_file() and f.relative_to(site).parts[0] != "search"]
            total = sum(f.stat().st_size for f in files)
            mean = sum(pages.values()) // len(pages)
            yield Line(f"mean page, {name}", f"{mean:,} bytes", "", None, self.command("size"))
            yield Line(f"site without search index, {name}", f"{total:,} bytes", "", None, self.command("size"))

    # -- helpers -------------------------------------------------------------------------------------------

    def for_pages(self, count: int) -> int:
        """Releases of a portal of about so many pages."""
        return max(1, round((count - PAGES_FIXED) / (PAGES_RELEASE + 1 / self.releases)))

    def for_files(self, count: int) -> int:
        """Releases of a portal of about so many files."""
        return max(1, round((count - FILES_FIXED) / (FILES_RELEASE + 1 / self.releases)))

    def project(self, name: str, releases: int) -> Path:
        project = copy_project(self.folder / name)
        write_content(project / "content", releases, self.releases)
        return project

    def keep(self, count: int, site: Path) -> None:
        self.sites[count] = self.folder / f"site-{count}"
        shutil.copytree(site, self.sites[count])

    @staticmethod
    def built(project: Path, what: str) -> Callable[[], None]:
        return lambda: run_child(what, project)

    @staticmethod
    def rebuilt(project: Path, what: str) -> float:
        run_child(what, project)
        return float(json.loads((project / "seconds.json").read_text(encoding="utf-8")))


def unlock_in_chromium(site: Path, reader: Identity, large: str) -> tuple[float, float, float]:
    """Milliseconds to unlock, to read the large object, and to decrypt as many bytes without anything else."""
    handler = functools.partial(QuietHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        found: list[float] = page.evaluate(UNLOCK, [str(reader.kem), list(reader.secret), large])
        browser.close()
        server.shutdown()
    unlocking, reading, plain = found
    return unlocking, reading, plain


#: The best of several runs, after one to warm up.
UNLOCK = """async ([kem, secret, large]) => {
  const { identity } = await import("/gate/keys.js");
  const { loadManifest, unlock } = await import("/gate/section.js");
  const reader = await identity(kem, Uint8Array.from(secret));
  const best = [Infinity, Infinity, Infinity];
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = new Uint8Array(12);
  const bytes = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new Uint8Array(1_000_000));
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const times = [performance.now()];
    const section = await unlock("/sealed/", await loadManifest("/sealed/"), reader);
    times.push(performance.now());
    await section.read(large);
    times.push(performance.now());
    await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes);
    times.push(performance.now());
    if (attempt) times.slice(1).forEach((time, i) => { best[i] = Math.min(best[i], time - times[i]); });
  }
  return best;
}"""


def cpu_of(job: Callable[[], object]) -> float:
    """CPU seconds of a job, with those of the processes it starts."""

    def used() -> float:
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime

    before = used()
    job()
    return used() - before


def run_child(what: str, project: Path) -> None:
    call = [sys.executable, "-m", "tests.bench", "--child", what, str(project)]
    done = subprocess.run(call, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise NotBuiltError(f"{what} of {project.name} failed:\n{(done.stderr or done.stdout)[-3000:]}")


# -- generated projects ------------------------------------------------------------------------------------


def copy_project(project: Path) -> Path:
    project.mkdir(parents=True)
    shutil.copy(ROOT / "mkdocs.yml", project)
    return project


def write_content(folder: Path, releases: int, per_model: int) -> None:
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
        name = f"{field_of(text, 'name')}{suffix}"
        (target / "model.yaml").write_text(with_field(text, "name", name), encoding="utf-8")
        sources = sorted(
            (entry for entry in pattern.iterdir() if entry.is_dir()),
            key=lambda entry: int(field_of((entry / "release.yaml").read_text(encoding="utf-8"), "sequence")),
        )
        count = min(per_model, releases - model * per_model)
        for index in range(count):
            write_release(sources[index * len(sources) // count], target, name, index + 1)


def write_release(source: Path, model: Path, name: str, number: int) -> None:
    target = model / f"{number}.0"
    target.mkdir()
    old = field_of((source / "release.yaml").read_text(encoding="utf-8"), "name")
    for file in source.iterdir():
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".yaml":
            text = text.replace(old, f"{name} {number}.0")
        if file.name == "release.yaml":
            text = with_field(text, "sequence", str(number))
        (target / file.name).write_text(text, encoding="utf-8")


def field_of(text: str, key: str) -> str:
    found = re.search(rf"(?m)^{key}: (.*)$", text)
    assert found, f"the sample has no {key}"
    return found[1]


def with_field(text: str, key: str, value: str) -> str:
    return re.sub(rf"(?m)^{key}: .*$", f"{key}: {value}", text, count=1)


# -- the same pages as Markdown tables ---------------------------------------------------------------------


def write_plain(project: Path, target: Path) -> None:
    """The pages of a portal as people write them without it; what is left out of search stays left out."""
    config = yaml.safe_load((project / "mkdocs.yml").read_text(encoding="utf-8"))
    portal = Portal.load(project / "content", dates.today())
    config["docs_dir"] = "docs"
    config["plugins"] = [p for p in config["plugins"] if p in ("search", "tags")]
    config["not_in_nav"] = "models/*/*/\nchanges/\n"
    models = [page for uri, page in portal.pages.items() if re.fullmatch(r"models/[^/]+/", uri)]
    config["nav"] = [
        "index.md",
        {"Models": ["models/index.md", *({page.title: f"{page.uri}index.md"} for page in models)]},
        {"Copyright": [f"{uri}index.md" for uri in portal.pages if uri.startswith("copyright/")]},
        *(f"{uri}index.md" for uri in portal.pages if uri.startswith("downstream/")),
        "obligations/index.md",
    ]
    for file in sorted((project / "content" / "pages").glob("*.md")):
        text = re.sub(r"\{\{.*?\}\}", "", file.read_text(encoding="utf-8"))
        (target / "docs").mkdir(parents=True, exist_ok=True)
        (target / "docs" / file.name).write_text(text, encoding="utf-8")
        config["nav"].append(file.name)
    (target / "mkdocs.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    for page in portal.pages.values():
        path = target / "docs" / page.uri / "index.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ["---", f"title: {json.dumps(page.title)}", f"description: {json.dumps(page.description)}"]
        lines += [] if page.search else ["search: {exclude: true}"]
        lines += ["---", "", f"# {page.title}", "", *plain_body(portal, page)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def plain_body(portal: Portal, page: Page) -> Iterator[str]:
    disclosures = portal.disclosures
    if page.document:
        yield from plain_document(page.document)
    elif page.template == "release_obligations.html" and page.release:
        for duty in duties(page.release, disclosures.provider):
            yield from (f"## {duty.title}", "")
            yield from table(("Field", "Answer"), vars(duty).items())
    elif page.template == "release.html" and page.release:
        yield from plain_data(page.release.data)
    elif model := page.context.get("model"):
        yield from plain_data(model.data)
        yield from table(("Release", "Date"), [(r.name, r.market_date) for r in model.releases])
    elif page.template == "catalogue.html":
        for one in disclosures.models:
            yield from (f"## {one.name}", "")
            yield from table(("Release", "Date"), [(r.name, r.market_date) for r in one.releases])
    elif page.template == "home.html":
        yield from plain_data(disclosures.provider.data)
    elif page.template == "obligations.html":
        for one in disclosures.models:
            yield from (f"## {one.name}", "")
            yield from table(
                ("Release", "Duty", "Applies"),
                [(r.name, d.title, d.applies) for r in one.releases[-1:] for d in duties(r, disclosures.provider)],
            )
    elif policy := page.context.get("policy"):
        yield from plain_document(policy)


def plain_document(document: Document) -> Iterator[str]:
    def section(entries: Sequence[Entry], level: int) -> Iterator[str]:
        own = [e for e in entries if e.field.kind != "section"]
        rows = [e for e in own if e.field.columns and isinstance(e.answer.value, list)]
        yield from table(
            ("Question", "Answer"),
            [
                (e.field.title, e.answer.value if e.answer.value is not None else e.answer.reason or e.answer.status)
                for e in own
                if e not in rows
            ],
        )
        for entry in rows:
            yield from (f"**{entry.field.title}**", "")
            yield from row_table(entry.answer.value)
        for entry in entries:
            if entry.field.kind == "section":
                yield from (f"{'#' * level} {entry.field.number} {entry.field.title}", "")
                yield from section(entry.entries, level + 1)

    yield from section(document.root.entries, 2)


def plain_data(data: Mapping[str, Any]) -> Iterator[str]:
    rows = {key: v for key, v in data.items() if isinstance(v, list) and v and isinstance(v[0], Mapping)}
    yield from table(("Field", "Answer"), [(key, v) for key, v in data.items() if key not in rows])
    for key, value in rows.items():
        yield from (f"## {key}", "")
        yield from row_table(value)


def row_table(rows: Sequence[Any]) -> Iterator[str]:
    if not all(isinstance(row, Mapping) for row in rows):
        yield from table(("Value",), [(row,) for row in rows])
        return
    keys = list(dict.fromkeys(key for row in rows for key in row))
    yield from table(keys, [[row.get(key, "") for key in keys] for row in rows])


def table(head: Sequence[str], rows: Any) -> Iterator[str]:
    def line(cells: Any) -> str:
        return f"| {' | '.join(cell(c) for c in cells)} |"

    body = [line(row) for row in rows]
    if body:
        yield from (line(head), line(["---"] * len(head)), *body, "")


def cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {cell(v)}" for key, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    return str(value).strip().replace("|", "\\|").replace("\n", "<br>")


# -- in a process of its own -------------------------------------------------------------------------------


def build_child(project: Path) -> None:
    from mkdocs.__main__ import cli

    cli(["build", "--strict", "--quiet", "-f", str(project / "mkdocs.yml")])


def empty_child(project: Path) -> None:
    Portal.render = lambda *_: Rendered("", (), "")  # type: ignore[method-assign]
    build_child(project)


def serve_child(project: Path) -> None:
    summary = min(project.glob(f"content/models/*/*/{SUMMARY_FILE}"))
    page = f"{summary.parent.relative_to(project / 'content').as_posix()}/training-content/index.html"
    rebuild(project, summary, page, r"(?m)^( +types_of_content: \|\n +)")


def serve_plain_child(project: Path) -> None:
    source = min(project.glob("docs/models/*/*/training-content/index.md"))
    page = source.relative_to(project / "docs").with_suffix(".html").as_posix()
    rebuild(project, source, page, r"(?m)^(\| Question \| Answer \|\n\| --- \| --- \|\n\| )")


def rebuild(project: Path, source: Path, page: str, place: str) -> None:
    """``mkdocs serve``, with the waiting for a change replaced by two changes, one after the other."""
    from mkdocs.commands.serve import serve
    from mkdocs.livereload import LiveReloadServer

    def changed(server: Any, **_: object) -> None:
        text = source.read_text(encoding="utf-8")
        seconds = []
        for mark in ("First change. ", "Second change. "):
            new, count = re.subn(place, rf"\1{mark}", text, count=1)
            source.write_text(new, encoding="utf-8")
            seconds.append(cpu_of(server.builder))
            if count != 1 or mark not in Path(server.root, page).read_text(encoding="utf-8"):
                raise NotBuiltError(f"the change does not show in {page}")
        (project / "seconds.json").write_text(json.dumps(min(seconds)), encoding="utf-8")

    LiveReloadServer.serve = changed  # type: ignore[method-assign, assignment]
    serve(config_file=str(project / "mkdocs.yml"), livereload=True)


CHILDREN: Mapping[str, Callable[[Path], None]] = {
    "full": build_child,
    "empty": empty_child,
    "serve": serve_child,
    "serve-plain": serve_plain_child,
}

if __name__ == "__main__":
    main()
