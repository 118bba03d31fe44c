#!/usr/bin/env python3
"""Reads cases as mirror ports, tunnels and losses would show them (tools/lab/rewrite.py) and compares what is seen.

usage: variants.py UPTAKE [--keep FOLDER]

`same` variants must show every session and every figure of the original, ledger aside, save the packets a copy adds.
`hides` variants may show a session as unobservable, but never with another version, suite or name; what the truth of
the case says of such a variant is what the card must say.
"""
import json
import pathlib
import sys
import tempfile

import harness
import truth_check

sys.path.insert(0, str(harness.REPOSITORY / "tools" / "lab"))
import rewrite  # noqa: E402

CASES = ("tls-versions", "mirror")
# What one session is known by, and what must be the same of it.
TOLD = ("version", "suite", "group", "group_sight", "name", "sight", "resumed", "hello_retry", "ems", "alpn")
# Measures that a variant may change: how IPv6 travelled is what a tunnel of the users is about.
TRAVEL = {"6in4": "ip6.", "ip-in-ip": "ip6.", "gre": "ip6.path.", "l2tp": "ip6.path."}


def sessions(run):
    return {(e["client"], e["client_port"], e["server_port"]): e for e in run.events if e["type"] == "tls"}


def messages(run):
    """The DNS messages, in no order: one that is not answered in order comes later."""
    apart = ("time", "frame", "path", "layers")
    return sorted(json.dumps({k: v for k, v in e.items() if k not in apart})
                  for e in run.events if e["type"] == "dns")


def told(event):
    return {key: event.get(key) for key in TOLD}


def figures(run, variant):
    measures = run.window()["measures"]
    return [m for m in measures if variant not in TRAVEL or not m["id"].startswith(TRAVEL[variant])]


def passed(run, measure):
    return [m["total"]["pass"] for m in run.window()["measures"] if m["id"] == measure and m["unit"] == "packets"]


def check_same(variant, original, run, copies):
    before, now = sessions(original), sessions(run)
    failures = [f"{variant}: session {key}: {told(before[key])} became {told(now[key]) if key in now else 'nothing'}"
                for key in before if key not in now or told(before[key]) != told(now[key])]
    failures += [f"{variant}: session {key} is new" for key in now if key not in before]
    if messages(run) != messages(original):
        failures.append(f"{variant}: other DNS messages\n" +
                        harness.difference(*("\n".join(messages(r)) for r in (original, run))))
    duplicates = run.window()["ledger"]["ended"]["duplicate"] - original.window()["ledger"]["ended"]["duplicate"]
    if duplicates != copies:
        failures.append(f"{variant}: {copies} copies, {duplicates} frames ended as duplicate")
    if variant in ("gre", "l2tp") and passed(run, "ip6.path.tunnel") != passed(original, "ip6.path.native"):
        failures.append(f"{variant}: of what was native, not all travels in a tunnel")
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


def stated(case, variant, run):
    """What the truth of the case knows of a variant that hides something."""
    document = json.loads((harness.GOLDEN / case / "truth.json").read_text())
    told_of = document.get("notes", {}).get("variants", {}).get(variant, {})
    faults = truth_check.count_faults({"counts": told_of.get("counts", [])}, run.card, {})
    return [f"{variant}: {what}: {line}" for what, said in faults.items() for line in said]


def check(uptake, case, variant, folder, original):
    path = folder / f"{case}-{variant}.pcap"
    rewrite.rewrite(variant, harness.cases()[case], path)
    run = harness.read(uptake, path, events=True)
    if run.code != 0 or harness.ledger_fault(run):
        return [f"{variant}: exit {run.code} {run.errors} {harness.ledger_fault(run) or ''}"]
    if rewrite.VARIANTS[variant][2] == "same":
        frames = rewrite.read(harness.cases()[case]) if variant == "duplicated" else []
        copies = sum(f.ethertype in (rewrite.IPV4, rewrite.IPV6) for f in frames)  # only packets are told apart
        return check_same(variant, original, run, copies)
    return check_hides(variant, original, run) + stated(case, variant, run)


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("--keep", type=pathlib.Path, help="leave the rewritten captures here")
    options = parser.parse_args()
    failures = []
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for case in CASES:
            original = harness.read(options.uptake, harness.cases()[case], events=True)
            for variant in rewrite.VARIANTS:
                failures += [f"{case}: {line}" for line in check(options.uptake, case, variant, folder, original)]
    return harness.report(failures, f"{len(rewrite.VARIANTS)} variants of {len(CASES)} cases")


if __name__ == "__main__":
    sys.exit(main())
