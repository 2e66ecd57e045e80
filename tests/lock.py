"""Writes requirements/*.txt anew (``make lock``): pinned, hashed, with no index address."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BUILD = "hatchling\neditables\npip\n"


def main() -> None:
    uv = shutil.which("uv", path=Path(sys.executable).parent) or shutil.which("uv")
    if uv is None:
        sys.exit("make lock needs uv: .venv/bin/pip install uv")
    common = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-header", "--no-annotate"]
    common += ["--no-emit-index-url", "--no-emit-find-links", "--quiet", "--upgrade"]
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder, "build.in")
        build.write_text(BUILD, encoding="utf-8")
        # The neighbours are not held to the versions of the site: a user's environment is not, either.
        test = ["--extra", "domains", "--extra", "test", "-c", "requirements/site.txt"]
        long = ["--extra", "domains", "--extra", "long", "-c", "requirements/test.txt"]
        neighbours = ["requirements/neighbours.in"]
        for name, extra in (("site", ["--extra", "pdf"]), ("test", test), ("long", long), ("neighbours", neighbours)):
            output = ["-o", f"requirements/{name}.txt"]
            call = [uv, "pip", "compile", *common, *extra, "pyproject.toml", str(build), *output]
            subprocess.run(call, check=True)


if __name__ == "__main__":
    main()
