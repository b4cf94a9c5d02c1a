# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives one headless Chromium over its debugging pipe (Chrome DevTools Protocol, https://chromedevtools.github.io/devtools-protocol/): one browser for many
pages, and no package beside Chromium itself. JSON messages end with NUL; the browser reads them from descriptor 3 and writes to 4."""
import collections
import json
import os
import pathlib
import select
import shutil
import subprocess
import time

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe", "--mute-audio"]


def find_chromium():
    """The program, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class BrowserError(RuntimeError):
    pass


class Browser:
    """Use as a context. Every wait ends: BrowserError after `deadline` seconds without an answer."""

    def __init__(self, program, profile, deadline=60):
        self.program, self.profile, self.deadline = program, pathlib.Path(profile), deadline
        self.number, self.buffer, self.listeners = 0, b"", collections.defaultdict(list)

    def __enter__(self):
        theirs_in, self.to = os.pipe()
        self.come, theirs_out = os.pipe()
        for fd in (theirs_in, theirs_out):
            os.set_inheritable(fd, True)
        self.log = open(self.profile.parent / (self.profile.name + ".log"), "wb")  # pylint: disable=consider-using-with
        # Descriptors 3 and 4 by a shell: whatever numbers the pipes have here, they are moved once and in one order that cannot overwrite the other.
        start = f'exec 8<&{theirs_in} 9>&{theirs_out} && exec 3<&8 4>&9 8<&- 9>&- && exec "$@"'
        self.process = subprocess.Popen(["bash", "-c", start, "bash", self.program, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"],  # pylint: disable=consider-using-with
                                        pass_fds=(theirs_in, theirs_out), stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        return self

    def __exit__(self, *_):
        try:
            self.send("Browser.close")
            self.process.wait(10)
        except (BrowserError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        for fd in (self.to, self.come):
            os.close(fd)
        self.log.close()

    def message(self, until):
        while b"\0" not in self.buffer:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.come], [], [], left)[0]:
                raise BrowserError("the browser does not answer")
            piece = os.read(self.come, 1 << 20)
            if not piece:
                raise BrowserError("the browser ended")
            self.buffer += piece
        raw, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(raw)

    def dispatch(self, got):
        for listener in self.listeners[got.get("sessionId")]:
            listener(got.get("method"), got.get("params", {}))

    def send(self, method, session=None, **params):
        """The result of one command; events that come meanwhile go to the listeners of their session."""
        self.number += 1
        number = self.number
        data = {"id": number, "method": method, "params": params}
        if session:
            data["sessionId"] = session
        raw = json.dumps(data).encode() + b"\0"
        while raw:
            raw = raw[os.write(self.to, raw):]
        until = time.monotonic() + self.deadline
        while True:
            got = self.message(until)
            if got.get("id") == number:
                if "error" in got:
                    raise BrowserError(f"{method}: {got['error'].get('message')} {got['error'].get('data', '')}")
                return got.get("result", {})
            if "method" in got:
                self.dispatch(got)

    def wait(self, done, what):
        """Reads events until done() is true."""
        until = time.monotonic() + self.deadline
        while not done():
            try:
                got = self.message(until)
            except BrowserError as error:
                raise BrowserError(f"{what}: {error}") from error
            if "method" in got:
                self.dispatch(got)

    def tab(self, **more):
        return Tab(self, **more)


class Tab:
    """One page: what it says on the console, what it asks the network for, what a script in it returns."""

    def __init__(self, browser, scripts=True, width=1280, height=900, dark=False):
        self.browser, self.console, self.requests, self.loaded = browser, [], [], False
        self.target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        browser.listeners[self.session].append(self.event)
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(domain + ".enable")
        self.resize(width, height)
        if dark:
            self.dark(True)
        if not scripts:
            self.send("Emulation.setScriptExecutionDisabled", value=True)

    def send(self, method, **params):
        return self.browser.send(method, self.session, **params)

    def event(self, method, params):
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Runtime.consoleAPICalled":
            self.console.append(" ".join(str(a.get("value", a.get("description", ""))) for a in params["args"]))
        elif method == "Runtime.exceptionThrown":
            self.console.append(params["exceptionDetails"].get("exception", {}).get("description") or params["exceptionDetails"]["text"])
        elif method == "Log.entryAdded":
            self.console.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Page.javascriptDialogOpening":
            self.console.append("dialog: " + params.get("message", ""))

    def resize(self, width, height=900):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def dark(self, on):
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if on else "light"}])

    def open(self, url):
        self.loaded = False
        failed = self.send("Page.navigate", url=url).get("errorText")
        if failed:
            raise BrowserError(f"{url}: {failed}")
        self.browser.wait(lambda: self.loaded, url)

    def run(self, script):
        """The value of a JavaScript expression. Runs where the page's own policy does not reach, also with the page's scripts switched off."""
        got = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in got:
            raise BrowserError(got["exceptionDetails"].get("exception", {}).get("description") or got["exceptionDetails"]["text"])
        return got["result"].get("value")

    def key(self, key, code=None, text=None, modifiers=0):
        """One key stroke, as a person makes it."""
        common = {"key": key, "code": code or key, "modifiers": modifiers}
        virtual = {"Enter": 13, "Tab": 9, "Escape": 27, " ": 32, "ArrowDown": 40, "ArrowUp": 38}.get(key)
        if virtual:
            common["windowsVirtualKeyCode"] = virtual
        self.send("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def close(self):
        self.browser.listeners.pop(self.session, None)
        self.browser.send("Target.closeTarget", targetId=self.target)
