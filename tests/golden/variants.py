#!/usr/bin/env python3
"""Reads the TLS case as mirror ports, tunnels and losses would show it (tools/lab/rewrite.py) and compares the sessions.

usage: variants.py UPTAKE [--keep FOLDER]

`same` variants must show every session and every figure of the original, ledger aside, save the packets a copy adds.
`hides` variants may show a session as unobservable, but never with another version, suite or name.
"""
import json
import pathlib
import sys
import tempfile

import harness

sys.path.insert(0, str(harness.REPOSITORY / "tools" / "lab"))
import rewrite  # noqa: E402

# What one session is known by, and what must be the same of it.
TOLD = ("version", "suite", "group", "group_sight", "name", "sight", "resumed", "hello_retry", "ems", "alpn")
# Measures that a variant may change: how IPv6 travelled is what 6in4 is about.
TRAVEL = {"6in4", "ip-in-ip"}


def sessions(run):
    return {(e["client"], e["client_port"], e["server_port"]): e for e in run.events if e["type"] == "tls"}


def told(event):
    return {key: event.get(key) for key in TOLD}


def figures(run, variant):
    measures = run.window()["measures"]
    return [m for m in measures if not (variant in TRAVEL and m["id"].startswith("ip6."))]


def check_same(variant, original, run, copies):
    before, now = sessions(original), sessions(run)
    failures = [f"{variant}: session {key}: {told(before[key])} became {told(now[key]) if key in now else 'nothing'}"
                for key in before if key not in now or told(before[key]) != told(now[key])]
    failures += [f"{variant}: session {key} is new" for key in now if key not in before]
    duplicates = run.window()["ledger"]["ended"]["duplicate"] - original.window()["ledger"]["ended"]["duplicate"]
    if duplicates != copies:
        failures.append(f"{variant}: {copies} copies, {duplicates} frames ended as duplicate")
    if not failures and figures(run, variant) != figures(original, variant):
        texts = [json.dumps(figures(r, variant), indent=1) for r in (original, run)]
        failures.append(f"{variant}: other figures\n{harness.difference(*texts)}")
    return failures


def check_hides(variant, original, run):
    before, now = sessions(original), sessions(run)
    failures = []
    for key, event in now.items():
        if key not in before:
            # The roles of a connection whose start is missing may be taken for each other.
            failures.append(f"{variant}: session {key} is new")
            continue
        for what in ("version", "suite", "name"):
            absent = (None, "unknown")
            if event.get(what) not in absent and event.get(what) != before[key].get(what):
                failures.append(f"{variant}: session {key}: {what} {before[key].get(what)} became {event.get(what)}")
    complete = sum(e["sight"] == "complete" for e in now.values())
    if variant == "snaplen-96" and complete:
        failures.append(f"{variant}: {complete} sessions are complete though every hello was cut")
    if variant == "client-only" and complete:
        failures.append(f"{variant}: {complete} sessions are complete without a server")
    if variant == "server-only" and not complete:
        failures.append(f"{variant}: no session is complete though every ServerHello is there")
    return failures


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("--keep", type=pathlib.Path, help="leave the rewritten captures here")
    options = parser.parse_args()
    capture = harness.cases()["tls-versions"]
    original = harness.read(options.uptake, capture, events=True)
    failures = []
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for variant, (_, _, effect) in rewrite.VARIANTS.items():
            path = folder / f"{variant}.pcap"
            rewrite.rewrite(variant, capture, path)
            run = harness.read(options.uptake, path, events=True)
            if run.code != 0 or harness.ledger_fault(run):
                failures.append(f"{variant}: exit {run.code} {run.errors} {harness.ledger_fault(run) or ''}")
            elif effect == "same":
                copies = original.window()["ledger"]["frames"] if variant == "duplicated" else 0
                failures += check_same(variant, original, run, copies)
            else:
                failures += check_hides(variant, original, run)
    return harness.report(failures, f"{len(rewrite.VARIANTS)} variants")


if __name__ == "__main__":
    sys.exit(main())
