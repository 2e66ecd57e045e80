"""Names of files and folders, and marks in files, that several rooms know. Constants only."""

from __future__ import annotations

import re

#: Files and folders of the private folder.
RECOVERY_KEY = "recovery.key"
#: A recovery key that a newer one has replaced on a day.
OLD_RECOVERY_KEY = re.compile(r"recovery-until-\d{4}-\d{2}-\d{2}\.key")
RECIPIENTS_FILE = "recipients.yaml"
DOCUMENTS = "documents"
STATE = "section.json"
LEDGER = "ledger.jsonl"
PACKAGES = "packages"
LOCK = ".lock"

#: Folder of the schemas for editors, beside the content folder.
EDITOR_SCHEMAS = ".schemas"

#: Folder of the sealed set, in the content folder and in the site.
SEALED = "sealed"

#: Which sealed sets a user has opened, in the folder that the system has for such state.
SEEN = "seen.json"

#: The manifest of a sealed set.
MANIFEST = "manifest.json"

#: Names that Windows keeps for devices, whatever follows their first dot; a repository with one cannot be checked out
#: there (Microsoft, "Naming Files, Paths, and Namespaces").
WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.IGNORECASE)

#: The head of a Markdown document, between two lines of hyphens.
HEAD = re.compile(rb"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)

#: Stands in every document and package, so that a build knows what must not be in a site.
NOT_PUBLIC = b"gpai-portal: not for publication"
