#!/usr/bin/env python3
"""What signals do to a run: SIGINT and SIGTERM end it at once, also where a pipe is quiet, and what was read is told.

usage: signals.py UPTAKE
"""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import harness

PATIENCE = 20  # seconds; nothing here takes one


def start(uptake, words, **more):
    return subprocess.Popen([uptake, "read", "-", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **more)


def feed(run, octets):
    run.stdin.write(octets)
    run.stdin.flush()


def end_of(run):
    try:
        out, errors = run.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
        return None, "", ""
    return run.returncode, out.decode(), errors.decode()


def wait_until(what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return False


def settle(path):
    """Waits until a file does not grow any more."""
    size = -1
    while size != path.stat().st_size:
        size = path.stat().st_size
        time.sleep(0.4)


def stopped(uptake, capture, frames, number, workers, scratch):
    """A quiet pipe is stopped: the frames that came are told, as interrupted."""
    name = f"{signal.Signals(number).name}, {workers} workers"
    events = scratch / f"events.{number}.{workers}"
    run = start(uptake, ["--workers", str(workers), "--json", "-", "--events", str(events)])
    feed(run, capture)
    if not wait_until(lambda: events.exists() and events.stat().st_size > 0):
        return [f"{name}: no event while the pipe is open"] if end_of(run) else []
    settle(events)  # the first event is no sign that all frames were read
    run.send_signal(number)
    time.sleep(0.3)  # it is the signal that ends the run, not the end of the pipe behind it
    code, out, errors = end_of(run)
    if code is None:
        return [f"{name}: the run does not end"]
    card = json.loads(out)
    faults = []
    if code != 2 or "interrupted" not in errors:
        faults.append(f"{name}: exit {code}, {errors!r}")
    if not card["interrupted"] or sum(w["ledger"]["frames"] for w in card["windows"]) != frames:
        faults.append(f"{name}: {out[:400]}")
    if "damaged" in errors:
        faults.append(f"{name}: a stop is no damage: {errors!r}")
    return faults


def before_the_capture(uptake):
    run = start(uptake, ["--quiet"])
    time.sleep(0.3)
    run.send_signal(signal.SIGTERM)
    code, _, errors = end_of(run)
    return [] if code == 2 and "interrupted" in errors else [f"before a capture began: exit {code}, {errors!r}"]


def main():
    options = harness.parser(__doc__).parse_args()
    capture = harness.cases()["tls"].read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        path = scratch / "whole.pcap"
        path.write_bytes(capture)
        whole = harness.read(options.uptake, path)
        frames = whole.card["windows"][0]["ledger"]["frames"]
        failures = before_the_capture(options.uptake)
        for number in (signal.SIGINT, signal.SIGTERM):
            for workers in (1, 4):
                # A part of a record is on its way when the run is stopped.
                half = capture + b"\0" * 7 if workers == 4 else capture
                failures += stopped(options.uptake, half, frames, number, workers, scratch)
    return harness.report(failures, "signals")


if __name__ == "__main__":
    sys.exit(main())
