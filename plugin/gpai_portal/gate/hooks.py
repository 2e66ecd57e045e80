"""Hooks of git that refuse a commit with anything of the private folder in it (githooks(5))."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from gpai_portal.errors import UsageError
from gpai_portal.files import write_bytes
from gpai_portal.git import git

#: Git runs the first before a commit, the second before a merge that it commits by itself.
_HOOKS = ("pre-commit", "pre-merge-commit")
_MARK = "# Refuses a commit with anything of the private folder in it."
#: Where husky keeps hooks of its own, which it writes anew at each installation; they run those in the folder above.
_HUSKY = (".husky", "_")
#: The Python that wrote the hook comes first: git is also run where its environment is not active. A working tree that
#: was made with ``git worktree add`` has no private folder, so that of the main one is taken.
_HOOK = """\
#!/bin/sh
{mark} Written anew by: gpai-portal new hook
python={python}
private={private}
elsewhere="$(git rev-parse --git-common-dir)/../$private"
if [ ! -d "$private" ] && [ -d "$elsewhere" ]; then private="$elsewhere"; fi
if [ ! -d "$private" ]; then
  echo "Nothing is committed: there is no private folder $private to compare with." >&2
  echo "Restore it, or write this hook anew where it lies now: gpai-portal new hook --private FOLDER" >&2
  echo "Whoever works without one removes this hook: $0" >&2
  exit 1
fi
if [ -x "$python" ] && "$python" -P -c "import gpai_portal" 2>/dev/null; then
  exec "$python" -P -m gpai_portal.cli leaks --staged --content {content} --private "$private"
elif command -v gpai-portal >/dev/null; then
  exec gpai-portal leaks --staged --content {content} --private "$private"
fi
echo "Nothing is committed: gpai-portal is neither at $python nor on the PATH." >&2
echo "Install it there, or write this hook anew with the one you have: gpai-portal new hook" >&2
exit 1
"""


def install(folder: Path, content: Path) -> list[str]:
    """Writes the hooks into the git repository around the content; ``folder`` is the private one.

    Returns what was done, a line each, for people. A hook of somebody else is left as it is, and so are hooks that
    several repositories share. Raises UsageError if there is no repository, or no private folder.
    """
    top = repository(content)
    if top is None:
        raise UsageError(f"{content} is in no git repository; nothing was written")
    if not folder.is_dir():
        # The hook would refuse every commit.
        raise UsageError(
            f"there is no private folder {folder}; gpai-portal new private makes it, and writes the hook too; nothing "
            "was written"
        )
    # Git runs a hook at the top of the working tree, wherever the commit is made.
    places = {
        option: shlex.quote(Path(os.path.relpath(path.resolve(), top.resolve())).as_posix())
        for option, path in {"content": content, "private": folder}.items()
    }
    hook = _HOOK.format(mark=_MARK, python=shlex.quote(sys.executable), **places)
    line = f"gpai-portal leaks --staged --content {places['content']} --private {places['private']} || exit 1"
    done = []
    for place, is_of_husky in _places(top):
        if is_of_husky:
            done.append(f"add this line to the beginning of your {place}: {line}")
            continue
        ours = not os.path.lexists(place) or _MARK in place.read_text(encoding="utf-8", errors="ignore")
        if ours and _belongs_to(top, place):
            write_bytes(place, hook.encode(), mode=0o755)
            done.append(f"wrote {place}, which refuses commits with private text in them")
        else:
            done.append(f"add this line to the beginning of your own {place}: {line}")
    return done


def are_there(top: Path) -> bool:
    """Whether git runs the check before each commit of a repository: by our hooks, or by somebody's own."""
    hooks = [place for place, _is_of_husky in _places(top)]
    texts = [hook.read_text(encoding="utf-8", errors="ignore") if hook.is_file() else "" for hook in hooks]
    return all("leaks --staged" in text for text in texts)


def _places(top: Path) -> list[tuple[Path, bool]]:
    """Where the hooks of a repository lie, and whether husky runs them, which then lie above its own."""
    found = [top / _asked(top, "--git-path", f"hooks/{name}") for name in _HOOKS]
    ran = [place.parent.parts[-2:] == _HUSKY for place in found]
    return [
        (p.parent.parent / p.name if is_of_husky else p, is_of_husky) for p, is_of_husky in zip(found, ran, strict=True)
    ]


def repository(content: Path) -> Path | None:
    """The top of the working tree around a content folder, by git's own word; None if there is none."""
    # The content folder may not be there yet; then git is asked in the nearest folder around it.
    whole = content.resolve()
    place = next(path for path in (whole, *whole.parents) if path.is_dir())
    said = git(place, "rev-parse", "--show-toplevel")
    return None if said is None else Path(os.fsdecode(said).rstrip("\n"))


def _belongs_to(top: Path, hook: Path) -> bool:
    """Whether a hook is one of this repository alone; ``core.hooksPath`` may lead to those of all repositories."""
    places = (top, top / _asked(top, "--git-common-dir"))
    return any(hook.resolve().is_relative_to(place.resolve()) for place in places)


def _asked(top: Path, *words: str) -> Path:
    """A path that git knows, from the top of the working tree on."""
    return Path(os.fsdecode(git(top, "rev-parse", *words) or b"").rstrip("\n"))
