#!/usr/bin/env python3
"""Compares what the score card of every golden case counts with its expected.txt.

A case keeps the counts alone: what follows from them (shares, bounds), what stands in the catalogue, limits that
hid nothing and measures that were not seen are left out, so that a new measure changes the cases that show it.

usage: expected.py UPTAKE [--update] [CASE...]

--update writes expected.txt anew: a changed expectation is a change of meaning, and its commit says why.
"""
import json
import sys

import harness

LEFT_OUT = ("standard", "document", "theme", "good", "headline", "cells", "share", "interval", "bounds")


def counted(value):
    """A part of the card without what follows from its counts."""
    if isinstance(value, dict):
        return {k: counted(v) for k, v in value.items() if k not in LEFT_OUT}
    return value


def counts_of(card):
    """The lines of an expected.txt: a line for each measure and for each of its cells."""
    lines = []

    def add(depth, key, value):
        lines.append("  " * depth + (f"{json.dumps(key)}: " if key else "") + json.dumps(value) + ",")

    for key in ("profile", "directions_known"):
        add(0, key, card[key])
    for window in card["windows"]:
        for key in (k for k in window if k not in ("limits", "measures", "not_seen")):
            add(0, key, window[key])
        add(0, "limits", {k: v for k, v in window["limits"].items() if v})
        for measure in window["measures"]:
            add(1, "", counted(measure))
            for cell in measure.get("cells", []):
                add(2, "", counted(cell))
    return "\n".join(lines) + "\n"


def check(uptake, case, capture, update):
    run = harness.read(uptake, capture)
    if run.code != 0:
        return f"{case}: exit {run.code}: {run.errors}"
    fault = harness.ledger_fault(run)
    if fault:
        return f"{case}: {fault}"
    expected = capture.parent / "expected.txt"
    found = counts_of(run.card)
    if update:
        expected.write_text(found)
        return None
    if not expected.exists():
        return f"{case}: no expected.txt; --update makes it"
    wanted = expected.read_text()
    if wanted == found:
        return None
    return f"{case}: the score card is not the expected one\n{harness.difference(wanted, found)}"


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    known = harness.cases()
    wanted = options.cases or list(known)
    failures = [check(options.uptake, c, known[c], options.update) for c in wanted]
    return harness.report([f for f in failures if f], f"{len(wanted)} golden cases")


if __name__ == "__main__":
    sys.exit(main())
