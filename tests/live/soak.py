#!/usr/bin/env python3
"""Watches a replay loop with `uptake live --window 10s` for as long as it is told, and says whether that could go on
for months: memory stays, every window has its card, and every frame sent was read or counted as lost.

usage: soak.py UPTAKE [--seconds N] [--pps N] [CAPTURE...]

tcpreplay sends the captures (the golden ones unless others are named) over a veth pair, again and again. It needs a
core, and so does uptake: on a machine with less to give, both are slower and frames are lost, which is counted. Needs
root, network namespaces, ethtool and tcpreplay; says why and exits 77 where they are missing.
"""
import json
import os
import pathlib
import re
import signal
import statistics
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "golden"), str(HERE.parents[1] / "tools" / "lab")]
import harness  # noqa: E402
import ports  # noqa: E402
import network  # noqa: E402

WINDOW = 10
MOST_GROWTH = 0.02


def memory(pid):
    """Resident KiB of a process."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^VmRSS:\s+(\d+)", text, re.M)[1])


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def replay(bench, options):
    """Replays until the time is over, looking at memory once a second. Returns what tcpreplay sent, and the looks."""
    log = bench.folder / "replay.log"
    sender = bench.net.start("sender", "tcpreplay", "-K", "-i", "va", "--loop=0", f"--pps={options.pps}",
                             f"--duration={options.seconds}", *options.captures, log=log)
    looks = []
    while sender.poll() is None:
        time.sleep(1)
        if bench.process.poll() is not None:
            raise RuntimeError(f"uptake live ended, exit {bench.process.returncode}: {bench.log.read_text()}")
        looks.append(memory(bench.pid()))
    sent = re.search(r"Successful packets:\s+(\d+)", log.read_text())
    if sent is None:
        raise RuntimeError("tcpreplay: " + log.read_text())
    return int(sent[1]), looks


def judge_memory(looks):
    """The last quarter's median against that of the second: the first fills tables and windows."""
    quarter = len(looks) // 4
    if quarter < WINDOW:
        return [f"{len(looks)} looks at memory are too few; give --seconds {8 * WINDOW} or more"]
    early, late = statistics.median(looks[quarter:2 * quarter]), statistics.median(looks[-quarter:])
    print(f"memory: {early / 1024:.1f} MiB in the second quarter, {late / 1024:.1f} MiB in the last, "
          f"at most {max(looks) / 1024:.1f} MiB")
    return [f"memory grew by {100 * (late / early - 1):.1f} %"] if late > early * (1 + MOST_GROWTH) else []


def judge_cards(cards):
    """Every window of the run has one card, and their ledgers close. Returns failures, and the frames on the cards."""
    failures = []
    windows = [window for path in cards for window in json.loads(path.read_text())["windows"]]
    starts = [window["start"] for window in windows]
    if len(set(starts)) != len(starts):
        failures.append("a window has two cards")
    if not all(window["ledger"]["closes"] for window in windows):
        failures.append("a ledger does not close")
    print(f"cards: {len(cards)} of {WINDOW} s each, from {min(starts)} to {max(starts)}")
    return failures, sum(window["ledger"]["frames"] for window in windows)


def soak(uptake, folder, options):
    failures = []
    cards = folder / "cards"
    cards.mkdir()
    with ports.Bench(uptake, folder) as bench:
        begun = time.time()
        bench.start("-i", "vb", "--window", f"{WINDOW}s", card=cards)
        sent, looks = replay(bench, options)
        time.sleep(1)
        used = cpu_seconds(bench.pid())
        os.kill(bench.pid(), signal.SIGINT)
        code = bench.process.wait(120)
        ended = time.time()
        info = json.loads(bench.info.read_text())
        said = bench.log.read_text().strip().splitlines()
    failures += [f"exit {code}: {said[-1:]}"] if code != 0 else []
    read, lost = info["frames"], info["frames_lost_by_ports"]
    print(f"frames: {sent} sent, {read} read, {lost} lost by the port; {read / options.seconds:.0f} a second; "
          f"{used / (ended - begun):.2f} of a core; {info['loops']}")
    failures += [f"{sent} frames sent, {read} read + {lost} lost"] if read + (lost or 0) != sent else []
    failures += judge_memory(looks)
    paths = sorted(cards.glob("*.json"))
    wrong, counted = judge_cards(paths)
    failures += wrong
    failures += [f"{read} frames read, {counted} on cards"] if read != counted else []
    wanted = int(ended // WINDOW) - int(begun // WINDOW) + 1
    if not wanted - 2 <= len(paths) <= wanted:
        failures.append(f"{len(paths)} cards of {wanted}")
    return failures


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--pps", type=int, default=100_000)
    parser.add_argument("captures", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    reason = network.missing(["tcpreplay"])
    if reason:
        harness.skip(reason)
    options.captures = options.captures or [p for p in harness.cases().values() if p.suffix == ".pcap"]
    with tempfile.TemporaryDirectory(prefix="uptake-soak-") as scratch:
        failures = soak(options.uptake.resolve(), pathlib.Path(scratch), options)
    return harness.report(failures, f"{options.seconds} s watched")


if __name__ == "__main__":
    sys.exit(main())
