#!/usr/bin/env python3
"""Compares the score card of every golden case with its expected.json.

usage: expected.py UPTAKE [--update] [CASE...]

--update writes expected.json anew: a changed expectation is a change of meaning, and its commit says why.
"""
import sys

import harness


def check(uptake, case, capture, update):
    run = harness.read(uptake, capture)
    if run.code != 0:
        return f"{case}: exit {run.code}: {run.errors}"
    fault = harness.ledger_fault(run)
    if fault:
        return f"{case}: {fault}"
    expected = capture.parent / "expected.json"
    if update:
        expected.write_text(run.card_text)
        return None
    if not expected.exists():
        return f"{case}: no expected.json; --update makes it"
    wanted = expected.read_text()
    if wanted == run.card_text:
        return None
    return f"{case}: the score card is not the expected one\n{harness.difference(wanted, run.card_text)}"


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
