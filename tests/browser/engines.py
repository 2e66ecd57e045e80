"""Firefox and WebKit, each driven through the WebDriver commands that it speaks itself.

Playwright drives builds of its own of these two only. Firefox takes the commands over a socket (Marionette, which is
what geckodriver translates to), WebKitGTK's driver over HTTP; the commands and their parameters are the same.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Seconds to wait for what must come: a busy machine is no defect.
PATIENCE = 60
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver, section 12.2


class BrowserError(AssertionError):
    """A browser is missing, does not answer, or refuses a command."""


class Page:
    """The one window of a browser. Elements are named by CSS selectors; a command waits until its element is there."""

    def __init__(self, name: str, command: Callable[..., Any], downloads: Path) -> None:
        self.name = name
        self.downloads = downloads
        self._command = command

    def goto(self, url: str) -> None:
        self._command("Navigate", url=url)

    def reload(self) -> None:
        self._command("Refresh")

    def back(self) -> None:
        self._command("Back")

    def evaluate(self, body: str, *args: Any) -> Any:
        """What the body of an async function returns, as JSON; its arguments are in ``args``."""
        call = f"(async () => {{ {body} }})()"
        script = (
            "const args = [...arguments], done = args.pop();"
            f"{call}.then(value => done([value ?? null, null]), error => done([null, `${{error}}`]));"
        )
        value, error = self._command("ExecuteAsyncScript", script=script, args=list(args))
        if error:
            raise BrowserError(f"{self.name}: {error}")
        return value

    def printed(self) -> str:
        """The page as PDF, A4, in base64; WebKitGTK has no such command."""
        return str(self._command("Print", page={"width": 21.0, "height": 29.7}))

    def until(self, condition: str, *args: Any) -> Any:
        """Waits until a JavaScript expression is true, and gives its value."""
        end = time.monotonic() + PATIENCE
        while not (value := self.evaluate(f"return {condition}", *args)):
            if time.monotonic() > end:
                seen = self.evaluate("return document.querySelector('[data-part=status]')?.textContent")
                raise BrowserError(
                    f"{self.name}: not so after {PATIENCE} s: {condition} {args}; the page says {seen!r}"
                )
            time.sleep(0.1)
        return value

    def visible(self, selector: str) -> bool:
        return bool(self.evaluate("return Boolean(document.querySelector(args[0])?.checkVisibility())", selector))

    def click(self, selector: str) -> None:
        self._command("ElementClick", id=self._shown(selector))

    def type(self, selector: str, text: str) -> None:
        """Types into a field, or gives the path of a file to a field for files."""
        self._command("ElementSendKeys", id=self._shown(selector), text=text)

    def text(self, selector: str) -> str:
        self._shown(selector)
        return str(self.evaluate("return document.querySelector(args[0]).innerText", selector))

    def downloaded(self, name: str) -> Path:
        """The path of a download, as soon as it is whole."""
        file = self.downloads / name
        end = time.monotonic() + PATIENCE
        while not (file.is_file() and file.stat().st_size):
            if time.monotonic() > end:
                raise BrowserError(f"{self.name}: {name} was not saved; there is {sorted(self.downloads.iterdir())}")
            time.sleep(0.1)
        return file

    def _shown(self, selector: str) -> str:
        self.until("Boolean(document.querySelector(args[0])?.checkVisibility())", selector)
        found = self._command("FindElement", using="css selector", value=selector)
        return str(found.get("value", found)[_ELEMENT])


def _wait(what: str, ready: Callable[[], Any], process: subprocess.Popen[bytes]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := ready()):
        if process.poll() is not None or time.monotonic() > end:
            raise BrowserError(f"{what} did not start (exit code {process.poll()})")
        time.sleep(0.1)
    return found


def _program(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        raise BrowserError(f"{names[0]} is missing; run: sh tests/browser/setup.sh engines")
    return found


# -- Firefox -----------------------------------------------------------------------------------------------------

_PREFERENCES = {
    "marionette.port": 0,  # any that is free; the profile then tells which
    "browser.download.dir": "",
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": True,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.disabledForTesting": True,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}


@contextmanager
def firefox(folder: Path) -> Iterator[Page]:
    """A Firefox with a new profile in the folder; FIREFOX may name the program."""
    program = _program(os.environ.get("FIREFOX", "firefox-esr"), "firefox")
    profile, downloads = folder / "profile", folder / "downloads"
    profile.mkdir()
    downloads.mkdir()
    preferences = _PREFERENCES | {"browser.download.dir": str(downloads)}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    with (folder / "firefox.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"HOME": str(folder)})
    try:
        port = profile / "MarionetteActivePort"
        _wait("Firefox", lambda: port.is_file() and port.read_text(), process)
        with socket.create_connection(("127.0.0.1", int(port.read_text())), timeout=2 * PATIENCE) as connection:
            marionette = _Marionette(connection)
            marionette("NewSession", capabilities={"alwaysMatch": {"timeouts": {"script": PATIENCE * 1000}}})
            yield Page("Firefox", marionette, downloads)
    finally:
        process.terminate()
        process.wait()


class _Marionette:
    """Commands as JSON, with their length before them."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb")
        self._count = 0
        self._receive()  # the greeting

    def __call__(self, name: str, **parameters: Any) -> Any:
        self._count += 1
        message = json.dumps([0, self._count, f"WebDriver:{name}", parameters]).encode()
        self._connection.sendall(b"%d:%s" % (len(message), message))
        _, number, error, result = self._receive()
        if error or number != self._count:
            raise BrowserError(f"Firefox refuses {name}: {error}")
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def _receive(self) -> Any:
        length = b""
        while (character := self._stream.read(1)) != b":":
            if not character:
                raise BrowserError("Firefox has ended")
            length += character
        return json.loads(self._stream.read(int(length)))


# -- WebKit ------------------------------------------------------------------------------------------------------

_PATHS = {
    "Navigate": "url",
    "Refresh": "refresh",
    "Back": "back",
    "ExecuteAsyncScript": "execute/async",
    "FindElement": "element",
    "ElementClick": "element/{id}/click",
    "ElementSendKeys": "element/{id}/value",
}
#: WebKitGTK's own small browser, which Debian's package of the driver starts.
_MINI_BROWSERS = ("/usr/lib/*/webkit2gtk-4.1/MiniBrowser", "/usr/lib/*/webkitgtk-6.0/MiniBrowser")


@contextmanager
def webkit(folder: Path) -> Iterator[Page]:
    """WebKitGTK on a screen of its own, with its files in the folder."""
    downloads = folder / "downloads"
    downloads.mkdir()
    (folder / "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{downloads}"\n', encoding="utf-8")
    mini = next((str(path) for pattern in _MINI_BROWSERS for path in Path("/").glob(pattern[1:])), "MiniBrowser")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    xvfb, driver = _program("xvfb-run"), _program("WebKitWebDriver")
    command = [xvfb, "--auto-servernum", driver, f"--port={port}"]
    environment = os.environ | {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "GDK_BACKEND": "x11"}
    with (folder / "webkit.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
    base = f"http://127.0.0.1:{port}/"
    try:
        _wait("WebKitWebDriver", lambda: _answers(base + "status"), process)
        options = {"binary": _program(mini), "args": ["--automation"]}
        wanted = {"webkitgtk:browserOptions": options, "timeouts": {"script": PATIENCE * 1000}}
        session = f"{base}session/" + _post(base + "session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

        def send(name: str, **parameters: Any) -> Any:
            path = _PATHS[name].format(id=parameters.pop("id", ""))
            return _post(f"{session}/{path}", parameters)

        yield Page("WebKit", send, downloads)
        urllib.request.urlopen(urllib.request.Request(session, method="DELETE"), timeout=PATIENCE).close()
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=PATIENCE).close()
    except OSError:
        return False
    return True


def _post(address: str, parameters: dict[str, Any]) -> Any:
    request = urllib.request.Request(address, json.dumps(parameters).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=2 * PATIENCE) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        with error:
            raise BrowserError(f"WebKit refuses {address}: {error.read().decode()}") from None


ENGINES = {"firefox": firefox, "webkit": webkit}
