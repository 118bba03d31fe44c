#!/usr/bin/env python3
"""Holds the first screen to a terminal of 80 x 24, and the README to what the demo prints.

Every golden case, cut captures, empty ones, windows and an interrupted run: at most 23 lines of 80 columns a screen,
each theme by its name, and what was not read said. README's sample is the output of the demo's own command.

usage: screen.py UPTAKE
"""
import re
import shlex
import subprocess
import sys
import tempfile
import pathlib

import harness

COLUMNS, LINES = 80, 23  # a line is the prompt's
THEMES = ("Modern address", "Signed domain names", "Secure connection", "Secure mail connection",
          "Authenticity of mail", "Route authorisation")
TITLE = "uptake score card"
NOTHING = "Nothing is missing that uptake knows of."


def shown(uptake, *words, cwd=None):
    """(exit code, standard output) of one run without a terminal."""
    done = subprocess.run([str(uptake), *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, timeout=300,
                          cwd=cwd)
    return done.returncode, done.stdout.decode()


def screens(text):
    """The screens of a run, one for each window."""
    return [TITLE + part for part in ("\n" + text).split("\n" + TITLE)[1:]]


def faults(name, screen, themes=THEMES):
    lines = screen.rstrip("\n").split("\n")
    wide = [f"{name}: {len(line)} columns: {line}" for line in lines if len(line) > COLUMNS]
    high = [f"{name}: {len(lines)} lines"] if len(lines) > LINES else []
    return wide + high + [f"{name}: {theme} is missing" for theme in themes if theme not in screen]


def one(uptake, name, code, *words, says=(), never=(), themes=THEMES):
    """What is wrong with a run that prints one screen."""
    got, text = shown(uptake, *words)
    found = screens(text)
    if got != code or len(found) != 1:
        return [f"{name}: exit {got}, {len(found)} screens"]
    bad = [f"{name}: does not say {words}" for words in says if words not in text]
    bad += [f"{name}: says {words}" for words in never if words in text]
    return bad + faults(name, text, themes)


def made_captures(uptake, folder):
    web = harness.cases()["web"].read_bytes()
    cut, empty = folder / "cut.pcap", folder / "empty.pcap"
    cut.write_bytes(web[:len(web) // 2 + 3])
    empty.write_bytes(web[:24])
    bad = one(uptake, "cut", 2, cut, says=["Not in the figures: what could not be read of 1 of 1 inputs"],
              never=[NOTHING])
    if shown(uptake, empty) != (0, "uptake: no frames\n"):
        bad.append(f"empty: {shown(uptake, empty)}")
    long = "x" * 150
    bad += one(uptake, "labels", 2, cut, "--label", f"operator={long}", "--label", "place=NL", "--workers", 4,
               says=["operator=xxx"])
    code, text = shown(uptake, harness.cases()["web"], "--window", "1m")
    if code != 0 or not screens(text):
        bad.append(f"windows: exit {code}, {len(screens(text))} screens")
    for number, screen in enumerate(screens(text)):
        bad += faults(f"window {number}", screen)
    return bad


def every_figure(uptake):
    """--all and --only print whole themes within 100 columns, --only those of one."""
    web = harness.cases()["web"]
    code, text = shown(uptake, web, "--all")
    bad = [f"--all: {len(line)} columns" for line in text.splitlines() if len(line) > 100]
    code_only, only = shown(uptake, web, "--only", "secure_connection")
    if (code, code_only) != (0, 0) or "Modern address\n" not in text:
        bad.append(f"--all: exit {code}, --only: exit {code_only}")
    if "Modern address\n" in only or "Secure connection\n" not in only or "How to read it" not in only:
        bad.append("--only secure_connection prints other themes, or not its own")
    return bad


def readme(uptake):
    text = (harness.REPOSITORY / "README.md").read_text()
    demo = (harness.REPOSITORY / "tools" / "demo").read_text()
    (command,) = re.findall(r"^build/release/tools/uptake/uptake (.*)$", demo, re.M)
    words = [w for w in shlex.split(command) if "$" not in w]
    words = [w for w in words if w not in ("--json", "--run-info", "--trust-anchor")]
    inputs = [str(p.relative_to(harness.REPOSITORY)) for w in words[1:] for p in sorted(harness.REPOSITORY.glob(w))]
    with tempfile.NamedTemporaryFile("w") as anchors:
        anchors.writelines(p.read_text() for p in sorted(harness.GOLDEN.glob("*/trust-anchor.zone")))
        anchors.flush()
        code, printed = shown(uptake, words[0], *inputs, "--trust-anchor", anchors.name, cwd=harness.REPOSITORY)
    sample = re.search(r"prints:\n\n((?:    .*\n|\n)+)", text)
    if code != 0 or sample is None:
        return [f"README: exit {code}, or no sample behind \"prints:\""]
    said = "".join(line[4:] + "\n" for line in sample.group(1).rstrip("\n").split("\n"))
    if said == printed:
        return []
    return ["README shows another first screen than the demo prints\n" + harness.difference(said, printed, 60)]


def main():
    uptake = harness.parser(__doc__).parse_args().uptake.resolve()
    failures = []
    for name, capture in harness.cases().items():
        failures += one(uptake, name, 0, capture)
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as scratch:
        failures += made_captures(uptake, pathlib.Path(scratch))
    failures += every_figure(uptake) + readme(uptake)
    return harness.report(failures, f"{len(harness.cases())} golden cases on a screen")


if __name__ == "__main__":
    sys.exit(main())
