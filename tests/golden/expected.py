#!/usr/bin/env python3
"""Compares what the score card of every golden case counts with its expected.txt.

A case keeps the counts alone: what follows from them (shares, bounds), what stands in the catalogue, limits that
hid nothing and measures that were not seen are left out. A measure that no case lists is new: it is named, and no
failure, so that a new measure changes its row and the catalogue's snapshot. --update lists it in the cases that show
it; from then on it is held there, and must not show in another case.

usage: expected.py UPTAKE [--update] [CASE...]

--update writes expected.txt anew: a changed expectation is a change of meaning, and its commit says why.
"""
import json
import re
import sys

import harness

LEFT_OUT = ("standard", "document", "theme", "good", "headline", "cells", "share", "interval", "bounds")


# Measures that no case shows. They are not new: a case that shows one has changed.
SHOWN_BY_NONE = {("dns.unread", "records"), ("dns.record.unread", "records")}

MEASURE = re.compile(r'^  \{"id": "([^"]+)", "unit": "([^"]+)"', re.M)


def listed():
    """The measures, (id, unit), that some case lists."""
    return SHOWN_BY_NONE.union(*(MEASURE.findall(p.read_text()) for p in harness.GOLDEN.glob("*/expected.txt")))


def counted(value):
    """A part of the card without what follows from its counts."""
    if isinstance(value, dict):
        return {k: counted(v) for k, v in value.items() if k not in LEFT_OUT}
    return value


def counts_of(card, wanted=lambda measure: True):
    """The lines of an expected.txt: a line for each wanted measure and for each of its cells."""
    lines = []

    def add(depth, key, value):
        lines.append("  " * depth + (f"{json.dumps(key)}: " if key else "") + json.dumps(value) + ",")

    for key in ("profile", "directions_known"):
        add(0, key, card[key])
    for window in card["windows"]:
        for key in (k for k in window if k not in ("limits", "measures", "not_seen")):
            add(0, key, window[key])
        add(0, "limits", {k: v for k, v in window["limits"].items() if v})
        for measure in filter(wanted, window["measures"]):
            add(1, "", counted(measure))
            for cell in measure.get("cells", []):
                add(2, "", counted(cell))
    return "\n".join(lines) + "\n"


def check(uptake, case, capture, update, known, new):
    """Says what is wrong with a case, or None. Adds what it shows of measures outside `known` to `new`."""
    run = harness.read(uptake, capture, options=harness.anchors(capture))
    if run.code != 0:
        return f"{case}: exit {run.code}: {run.errors}"
    fault = harness.ledger_fault(run)
    if fault:
        return f"{case}: {fault}"
    expected = capture.parent / "expected.txt"
    if update:
        expected.write_text(counts_of(run.card))
        return None
    if not expected.exists():
        return f"{case}: no expected.txt; --update makes it"

    def is_known(measure):
        name = (measure["id"], measure["unit"])
        if name not in known:
            new.setdefault(name, set()).add(case)
        return name in known

    wanted = expected.read_text()
    found = counts_of(run.card, is_known)
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
    held, new = listed(), {}
    failures = [check(options.uptake, c, known[c], options.update, held, new) for c in wanted]
    for (name, unit), cases in sorted(new.items()):
        print(f"new: {name}/{unit}, not held yet, shows in {', '.join(sorted(cases))}")
    return harness.report([f for f in failures if f], f"{len(wanted)} golden cases")


if __name__ == "__main__":
    sys.exit(main())
