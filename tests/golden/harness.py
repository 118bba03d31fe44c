"""What the tests that run the uptake command share: one run and what it said, the golden cases, skips."""
import argparse
import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

GOLDEN = pathlib.Path(__file__).resolve().parent
REPOSITORY = GOLDEN.parent.parent
SKIPPED = 77  # the exit code that ctest takes for a skipped test
DONE = (0, 2)  # finished, and finished on damaged input


class Run:
    """What one run of uptake did: exit code, standard error, the score card as text, the events as text."""

    def __init__(self, code, errors, card_text, events_text):
        self.code, self.errors, self.card_text, self.events_text = code, errors, card_text, events_text

    @property
    def card(self):
        return json.loads(self.card_text)

    @property
    def figures_text(self):
        """The card without what says how it came in: the same for a file and its pieces."""
        return re.sub(r'^  "inputs": .*\n', "", self.card_text, flags=re.M)

    @property
    def events(self):
        return [json.loads(line) for line in self.events_text.splitlines()]

    def window(self):
        """The one window of a run without --window."""
        (only,) = self.card["windows"]
        return only


def read(uptake, *inputs, options=(), events=False, stdin=None, timeout=300):
    """Runs `uptake read`. An exit code other than 0 and 2 is for the caller to judge."""
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as scratch:
        card, log = pathlib.Path(scratch, "card.json"), pathlib.Path(scratch, "events.jsonl")
        words = [str(uptake), "read", *map(str, inputs), "--quiet", "--json", str(card)]
        words += ["--events", str(log)] if events else []
        done = subprocess.run([*words, *map(str, options)], stdin=stdin or subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=timeout)
        return Run(done.returncode, done.stderr.decode("utf-8", "replace").strip(),
                   card.read_text() if card.exists() else "", log.read_text() if log.exists() else "")


def ledger_fault(run):
    """Why the frame ledger of a finished run does not hold, or None."""
    for window in run.card["windows"]:
        ledger = window["ledger"]
        total = sum(ledger["ended"].values())
        if not ledger["closes"] or total != ledger["frames"]:
            return f"ledger: {ledger['frames']} frames, {total} dispositions"
    return None


def cases():
    """{name: capture} of the golden cases."""
    return {p.parent.name: p for p in sorted(GOLDEN.glob("*/capture.pcap*"))}


def anchors(capture):
    """The options that name the trust anchors of a golden case: its own, or none, but never the machine's; of DNSSEC
    its own, or those of the root."""
    own, of_names = capture.parent / "trust.pem", capture.parent / "trust-anchor.zone"
    return ("--ca-file", own if own.exists() else os.devnull,
            *(("--trust-anchor", of_names) if of_names.exists() else ()))


def truths():
    """{name: capture} of the golden cases whose truth is the lab's (tools/lab/truth.schema.json)."""
    return {name: path for name, path in cases().items()
            if json.loads((path.parent / "truth.json").read_text()).get("schema", "").startswith("uptake-lab-truth/")}


def manifest(captures):
    """[(name, path)] of the captures that a folder with a MANIFEST.tsv lists, if they are there."""
    rows = (captures / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()[1:]
    names = [row.split("\t")[0] for row in rows]
    return [(name, captures / name) for name in names if (captures / name).exists()]


def difference(wanted, found, limit=12):
    """The lines in which two texts differ, shortened."""
    lines = list(difflib.unified_diff(wanted.splitlines(), found.splitlines(), "expected", "found", n=0, lineterm=""))
    return "\n".join("    " + line[:200] for line in lines[:limit]) + ("\n    ..." if len(lines) > limit else "")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def parser(text):
    made = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("uptake", type=pathlib.Path, help="the uptake command")
    return made


def report(failures, done):
    """Prints what failed, then one line; returns the exit code."""
    for failure in failures:
        print(f"FAIL {failure}")
    print(f"{done}, {len(failures)} failures")
    return 1 if failures else 0
