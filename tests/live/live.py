#!/usr/bin/env python3
"""Watches a veth pair with `uptake live` while tcpreplay plays a golden capture and tcpdump records what arrives, and
compares with `uptake read` of that: the machine may hold tcpreplay up, and both see when.

usage: live.py UPTAKE [CASE...]

Everything but the times of arrival, which differ by microseconds, must be the same, and no frame may be lost. Needs
root, network namespaces, tcpreplay, tcpdump and ethtool; says why and exits 77 where they are missing.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "golden"), str(HERE.parents[1] / "tools" / "lab")]
import harness  # noqa: E402
import network  # noqa: E402
import rewrite  # noqa: E402
import watch  # noqa: E402

ARRIVAL = {"first_time", "last_time"}  # of the ledger: when, and not what


INTERFACE = "{link}"  # read as `-i` reads it
AS_IT_WAS = {"dns"}  # is played with its own pauses; of the others those over LONGEST_MS are cut
LONGEST_MS = 100


def plan(wanted):
    """[(name, capture, rewriting, port)]: all through the driver that `-i` takes, some through packet sockets."""
    known = harness.cases()
    rows = [(case, path, None, INTERFACE) for case, path in known.items()]
    rows += [(f"{case}, packet socket", known[case], None, watch.PORT) for case in ("dns", "smtp", "tls-versions")]
    rows += [(f"tls-versions, tagged, {port}", known["tls-versions"], "vlan", port) for port in (INTERFACE, watch.PORT)]
    return [row for row in rows if not wanted or row[0].split(",")[0] in wanted]


def quiet(net):
    """A veth pair that carries the replayed frames and nothing of the kernel's own."""
    for host in net.names:
        for scope in ("all", "default"):
            net.run(host, "sysctl", "-qw", f"net.ipv6.conf.{scope}.disable_ipv6=1")
    net.join("sender", "va", [], "watcher", "vb", [])
    for host, link in (("sender", "va"), ("watcher", "vb")):
        net.run(host, "ip", "link", "set", link, "arp", "off")


def observe(net, uptake, capture, pauses, port, arrived, folder):
    """One run of `uptake live` around one replay, with `pauses` as tcpreplay's options have them. Returns the Run and
    tcpreplay's own count of frames."""
    card, log = folder / "live.json", folder / "live.log"
    card.unlink(missing_ok=True)
    process = watch.start(net, "watcher", "vb", uptake, card, log, port=port)
    watch.opened(process, log)
    with net.capture("watcher", "vb", str(arrived), precision="nano"):
        said = net.run("sender", "tcpreplay", "-i", "va", *pauses, capture, timeout=120)
    watch.stop(process)
    sent = int(next(line.split()[-1] for line in said.splitlines() if "Successful packets" in line))
    text = card.read_text() if card.exists() else ""
    return harness.Run(process.returncode, log.read_text().strip(), text, ""), sent


def timeless(run):
    """The one window without what depends on the time of arrival."""
    window = run.window()
    window["ledger"] = {k: v for k, v in window["ledger"].items() if k not in ARRIVAL}
    return window


def compare(name, live, read, sent):
    if live.code != 0 or not live.card_text:
        return [f"{name}: uptake live: exit {live.code}: {live.errors}"]
    failures = []
    fault = harness.ledger_fault(live)
    if fault:
        failures.append(f"{name}: {fault}")
    seen, stored = timeless(live), timeless(read)
    if seen["ledger"]["frames"] != sent or stored["ledger"]["frames"] != sent:
        frames = [window["ledger"]["frames"] for window in (seen, stored)]
        failures.append(f"{name}: sent {sent} frames, live and read saw {frames}")
    for part in sorted(set(seen) | set(stored)):
        if seen.get(part) != stored.get(part):
            texts = [json.dumps(w.get(part), indent=1) for w in (stored, seen)]
            failures.append(f"{name}: {part} differs\n{harness.difference(*texts)}")
    return failures


def check(uptake, name, capture, rewriting, port, folder):
    if rewriting:
        source, capture = capture, folder / "rewritten.pcap"
        rewrite.rewrite(rewriting, source, capture)
    arrived, whole = folder / "arrived.pcap", folder / "defragmented.pcap"
    with network.Network("sender", "watcher") as net:
        quiet(net)
        pauses = () if name in AS_IT_WAS else ("--maxsleep", str(LONGEST_MS))
        live, sent = observe(net, uptake, capture, pauses, port, arrived, folder)
    if port is INTERFACE:
        return compare(name, live, harness.read(uptake, arrived), sent)
    # net_af_packet asks Linux to reassemble IPv4: a datagram in fragments arrives as one frame.
    frames = rewrite.read(arrived)
    joined = rewrite.defragmented(frames)
    rewrite.write(whole, joined)
    return compare(name, live, harness.read(uptake, whole), sent - len(frames) + len(joined))


def check_duration(uptake, folder):
    """Without traffic, --duration ends the run by itself with an empty, closed ledger."""
    card, log = folder / "idle.json", folder / "idle.log"
    with network.Network("sender", "watcher") as net:
        quiet(net)
        process = watch.start(net, "watcher", "vb", uptake, card, log, "--duration", "1s")
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            return ["--duration 1s: the run does not end"]
    if process.returncode != 0 or not card.exists():
        return [f"--duration 1s: exit {process.returncode}: {log.read_text().strip()}"]
    run = harness.Run(0, "", card.read_text(), "")
    frames = [w["ledger"]["frames"] for w in run.card["windows"]]
    return [f"--duration 1s without traffic: {frames} frames"] if sum(frames) or harness.ledger_fault(run) else []


def check_never_quiet(uptake, folder):
    """--duration ends the run of a port that always has frames, too: DPDK's net_null does."""
    card = folder / "endless.json"
    command = [uptake, "live", "--port", "net_null0", "--duration", "1s", "--quiet", "--json", card]
    try:
        ended = subprocess.run(command, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    except subprocess.TimeoutExpired:
        return ["--duration 1s on a port that is never quiet: the run does not end"]
    if ended.returncode != 0 or not card.exists():
        return [f"a port that is never quiet: exit {ended.returncode}: {ended.stderr.strip()}"]
    run = harness.Run(0, "", card.read_text(), "")
    seen = sum(w["ledger"]["frames"] for w in run.card["windows"])
    return [f"a port that is never quiet: {seen} frames"] if seen == 0 or harness.ledger_fault(run) else []


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    reason = network.missing(["tcpreplay", "tcpdump"])
    if reason:
        harness.skip(reason)
    uptake = options.uptake.resolve()
    rows = plan(options.cases)
    with tempfile.TemporaryDirectory(prefix="uptake-live-") as scratch:
        folder = pathlib.Path(scratch)
        failures = check_duration(uptake, folder) + check_never_quiet(uptake, folder)
        for row in rows:
            failures += check(uptake, *row, folder)
    return harness.report(failures, f"{len(rows)} replays watched")


if __name__ == "__main__":
    sys.exit(main())
