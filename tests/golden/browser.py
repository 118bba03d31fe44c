#!/usr/bin/env python3
"""The page in Chromium: all golden captures on one page in each language, looked at by browser/look.mjs.

Skipped without chromium, node, or what `npm ci --prefix tests/golden/browser` brings.

usage: browser.py UPTAKE
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import harness
import page

FOLDER = harness.GOLDEN / "browser"


def main():
    uptake = harness.parser(__doc__).parse_args().uptake.resolve()
    chromium, node = shutil.which("chromium"), shutil.which("node")
    if not chromium or not node:
        harness.skip("no chromium, or no node")
    if not (FOLDER / "node_modules").is_dir():
        harness.skip(f"no {FOLDER / 'node_modules'}")
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as folder:
        card = pathlib.Path(folder, "card.json")
        page.run(uptake, "read", *harness.cases().values(), "--json", card, "--quiet")
        pages = []
        for language in page.LANGUAGES:
            pages.append(pathlib.Path(folder, f"{language}.html"))
            page.run(uptake, "report", "--html", pages[-1], card, "--language", language)
        pages.append(pathlib.Path(folder, "targets.html"))
        page.run(uptake, "report", "--html", pages[-1], card, "--language", "nl", "--policy", "nl-list",
                 "--offered", page.results_of_internet_nl(pathlib.Path(folder, "results.json")))
        seen = subprocess.run([node, FOLDER / "look.mjs", chromium, *pages], capture_output=True, text=True,
                              timeout=800)
    failures = seen.stdout.splitlines() + ([seen.stderr] if seen.returncode else [])
    return harness.report(failures, f"{len(pages)} pages in Chromium")


if __name__ == "__main__":
    sys.exit(main())
