#!/usr/bin/env python3
"""Plays the lab's scenarios anew while `uptake live` watches the mirror port, and checks what uptake saw.

usage: lab.py UPTAKE [NAME...]

Live and read must agree in all that does not depend on arrival times, and what was read must be what the endpoints
recorded (tests/golden/truth_check.py, with its list of expected failures). Needs root, network namespaces and the
packages of tools/setup/lab.packages; says why and exits 77 where they are missing.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / "golden"), str(HERE.parent / "live"), str(ROOT / "tools" / "lab")]
import harness  # noqa: E402
import live  # noqa: E402
import network  # noqa: E402
import rewrite  # noqa: E402
import switch  # noqa: E402
import truth_check  # noqa: E402
import unpacked  # noqa: E402
import verdicts  # noqa: E402

RUN = ROOT / "tools" / "lab" / "run"


def absent_packages():
    """Packages of the lab that this machine has not; nothing is installed by a test."""
    lines = (ROOT / "tools" / "setup" / "lab.packages").read_text().splitlines()
    wanted = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    said = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Package}\n", *sorted(wanted)],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    there = {line[2:].strip() for line in said.splitlines() if line.startswith("ii")}
    return sorted(wanted - there) + unpacked.absent()


def why_not():
    if os.geteuid() != 0:
        return "needs root"
    if not pathlib.Path("/usr/bin/dpkg-query").exists():
        return "needs Debian's packages"
    absent = absent_packages()
    return "not installed: " + " ".join(absent) if absent else network.missing([])


def live_against_read(uptake, name, folder):
    """Both saw every frame up to the marker, and the marker itself."""
    frames = rewrite.read(folder / "seen.pcap")
    # net_af_packet asks Linux to reassemble IPv4: a datagram in fragments arrives as one frame.
    whole = rewrite.defragmented(frames[:switch.marker_in(frames) + 1])
    rewrite.write(folder / "whole.pcap", whole)
    read = harness.read(uptake, folder / "whole.pcap")
    seen = harness.Run(0, "", (folder / "live.json").read_text(), "")
    return live.compare(name, seen, read, len(whole))


def read_against_truth(uptake, name, folder):
    document = json.loads((folder / "truth.json").read_text())
    capture = folder / "capture.pcap"
    run = harness.read(uptake, capture, options=(*document.get("operator", ()), *harness.anchors(capture)), events=True)
    if run.code != 0 or harness.ledger_fault(run):
        return [f"{name}: exit {run.code} {run.errors} {harness.ledger_fault(run) or ''}"]
    failures = truth_check.compare(name, document, run.card, run.events, truth_check.expected_failures())
    if (folder / "verdicts.tsv").exists():
        failures += verdicts.check(uptake, name, capture, True)[1]
    return failures


def check(uptake, name, scratch):
    try:
        played = subprocess.run([RUN, "--into", scratch, "--uptake", uptake, name], timeout=300,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except subprocess.TimeoutExpired as late:
        return [f"{name}: {late}"]
    print(played.stdout.strip().splitlines()[-1], flush=True)
    if played.returncode != 0:
        return [f"{name}: {played.stdout}"]
    return live_against_read(uptake, name, scratch / name) + read_against_truth(uptake, name, scratch / name)


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    reason = why_not()
    if reason:
        harness.skip(reason)
    known = subprocess.run([RUN, "--list"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    names, failures = options.names or known, []
    with tempfile.TemporaryDirectory(prefix="uptake-lab-test-") as scratch:
        for name in names:
            failures += check(options.uptake.resolve(), name, pathlib.Path(scratch))
    return harness.report(failures, f"{len(names)} scenarios played")


if __name__ == "__main__":
    sys.exit(main())
