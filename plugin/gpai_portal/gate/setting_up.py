"""Makes the private folder, with its recovery key and a check before each commit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from gpai_portal.errors import UsageError
from gpai_portal.files import write_bytes, write_new
from gpai_portal.gate import hooks
from gpai_portal.names import DOCUMENTS, RECIPIENTS_FILE, RECOVERY_KEY
from gpai_portal.sealing.keys import Identity

_UNCHECKED = (
    "{} is in no git repository: nothing checks commits for private text; once it is in one, run: gpai-portal new hook"
)
_GITIGNORE = "# Nothing in here is committed; see README.md.\n*\n"
_README = """\
This folder holds what is not published: the rest of the Model Documentation Form, further documents for downstream
providers or for authorities, and who has access. A build of the site never reads it.

- recovery.key opens every sealed set. Without it nothing can be carried over to the next one. Keep a copy where the
  folder itself is not: in the company's password manager, or on paper.
- Back the whole folder up, encrypted, and try a restore. Documentation has to be kept until ten years after the model
  was placed on the market (Code of Practice, Transparency chapter, Measure 1.1).
- git ignores this folder. To version it, use a repository of its own that is not public, outside this one, and give
  its path with --private.
- What is wrong in here is told without quoting it: gpai-portal seal --check
"""


def set_up(folder: Path, content: Path, day: date) -> list[str]:
    """Makes the private folder with its recovery key, and a check before each commit of the content.

    A folder that is set up already is left as it is, and gets the check if it lacks that, as when it was made before
    the repository. Returns what was done, a line each, for people. ``day`` stands in the key file. Raises UsageError,
    and writes nothing, if nothing is to be done or the folder has lost its key.
    """
    top = hooks.repository(content)
    if (folder / RECOVERY_KEY).exists():
        if top is not None and not hooks.are_there(top):
            return [f"{folder} is set up already and stays as it is", *hooks.install(folder, content)]
        lacking = "" if top else f"; {_UNCHECKED.format(content)}"
        raise UsageError(f"{folder} is set up already; nothing was written{lacking}")
    if (folder / RECIPIENTS_FILE).exists():
        raise UsageError(
            f"{folder} has lost its {RECOVERY_KEY}; restore your copy of it, or if there is none, run: gpai-portal new "
            "recovery-key; nothing was written"
        )
    identity = Identity.generate()
    write_new(folder / "README.md", _README)
    folder.chmod(0o700)
    write_bytes(folder / RECIPIENTS_FILE, b"# Filled by gpai-portal request and grant.\nrecipients: []\n", mode=0o600)
    (folder / DOCUMENTS).mkdir(exist_ok=True)
    write_bytes(folder / RECOVERY_KEY, identity.to_text(day.isoformat()).encode(), mode=0o600)
    done = [f"wrote {folder}/ with {RECOVERY_KEY}; keep a copy of that key outside this folder (see README.md)"]
    if top is None or folder.resolve().is_relative_to(top.resolve()):
        write_bytes(folder / ".gitignore", _GITIGNORE.encode())
    if top is not None:
        return done + hooks.install(folder, content)
    return [*done, _UNCHECKED.format(content)]
