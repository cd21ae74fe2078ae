"""A JupyterLab of its own and a headless Chromium: the tests look at the course as a learner sees it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8")
START_SECONDS, RUN_SECONDS = 90, 240
WIDTH, HEIGHT = 1280, 1000  # pixels of the window
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
SETTINGS = {
    # every cell is in the page, also those far below
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium that playwright or the system has. Skips where there is none."""
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        names = ("chromium", "chromium-browser", "google-chrome")
        path = own if Path(own).exists() else next(filter(None, map(shutil.which, names)), None)
        if path is None:
            pytest.skip("no Chromium: apt install chromium, or python -m playwright install chromium")
        is_root = getattr(os, "geteuid", lambda: 1)() == 0  # then Chromium's sandbox refuses to work
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if is_root else [])
        yield browser
        browser.close()


@contextmanager
def jupyterlab(course: Path, own: Path) -> Iterator[str]:
    """Serve the folder `course` on the loopback address, with all settings in `own`; yield the address, with
    `{}` in it for the path of a notebook."""
    for name, values in SETTINGS.items():
        path = own / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "COURSE_PROGRESS": "progress.jsonl",
    }
    environment = os.environ | {name: str(own / place) for name, place in places.items()}
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={course}", "--no-browser"]
    command += ["--ip=127.0.0.1", "--port=0", "--allow-root", "--expose-app-in-browser"]
    with open(own / "log", "w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        running = json.loads(_written(own / "runtime", server, own / "log").read_text(encoding="utf-8"))
        yield f"{running['url']}lab/tree/{{}}?token={running['token']}&reset"
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _written(folder: Path, server: subprocess.Popen[bytes], log: Path) -> Path:
    """The file in which the server says where it is, as soon as it is there."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        for path in folder.glob("jpserver-*.json"):
            return path
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """A page with the notebook in it, and with `look`; its kernel is running, no cell has been run."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.set_default_timeout(START_SECONDS * 1000)
    page.goto(address)
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.content?.widgets?.length > 0")
    page.evaluate(LOOK)
    # JupyterLab's body has no height; axe-core would take for hidden, and pass, everything in it.
    page.add_style_tag(content="body { height: 100vh }")
    page.wait_for_function("look.ready()")
    page.wait_for_function("look.idle()")
    uncovered(page)
    yield page
    page.evaluate("look.close()")
    page.close()


def change_theme(page: Page, title: str) -> None:
    """Let JupyterLab have that theme, and wait until it shows it."""
    page.evaluate("title => look.theme(title)", title)
    page.wait_for_selector(f"body[data-jp-theme-name='{title}']", state="attached")
    uncovered(page)


def uncovered(page: Page) -> None:
    """Wait until the splash screen is gone, which is there at first, and again while the theme changes:
    axe-core finds no pale text below it."""
    page.wait_for_selector("#jupyterlab-splash", state="detached")


def photograph(page: Page, folder: Path | None, name: str) -> None:
    """The notebook, a picture a screen, as `name-00.png` and on in `folder`; nothing where that is None."""
    number = 0
    while folder is not None and page.evaluate("number => look.page(number)", number):
        page.wait_for_timeout(200)  # what scrolls into sight may still have to be drawn
        page.screenshot(path=folder / f"{name}-{number:02}.png")
        number += 1
