#!/usr/bin/env python3
"""What ports promise, on veth pairs in namespaces of their own: every frame is read or counted as lost, or the port
says that it cannot know; a frame has the time it came and not the time it was polled; long and tagged frames are read
whole; a port that goes away ends the run with what it saw.

usage: ports.py UPTAKE [CHECK...]

Needs root, network namespaces and ethtool; says why and exits 77 where they are missing.
"""
import json
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "golden"), str(HERE.parents[1] / "tools" / "lab")]
import harness  # noqa: E402
import network  # noqa: E402

MEMORY = "--no-huge -m 256 --no-shconf --no-telemetry"
AF_PACKET = "net_af_packet0,iface=vb,framesz=2048,blocksz=4096,framecnt=1024"


def checksum(octets):
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(source, destination, protocol, payload, identification=0):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), identification, 0x4000, 64, protocol, 0,
                       socket.inet_aton(source), socket.inet_aton(destination))
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


def ethernet(payload, kind=0x0800, tag=None):
    tagged = struct.pack(">HH", 0x8100, tag) if tag is not None else b""
    return b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02" + tagged + struct.pack(">H", kind) + payload


def udp(number, length=20, **more):
    """A datagram of a flow of its own, that nobody reads."""
    ports = struct.pack(">HHHH", 20000 + number % 40000, 9999, 8 + length, 0)
    return ethernet(ipv4(f"10.1.{number >> 8 & 255}.{number & 255}", "10.2.0.1", 17, ports + bytes(length)), **more)


def tcp(number, sequence):
    """A data segment, always with the same octets for the same arguments."""
    head = struct.pack(">HHIIBBHHH", 30000 + number, 9998, sequence, 1, 0x50, 0x18, 1024, 0, 0)
    return ethernet(ipv4("10.3.0.1", "10.4.0.1", 6, head + b"again and again", 7))


class Sender:
    """A packet socket on an interface of a namespace: what send() returns from was given to the interface."""

    def __init__(self, net, host, link):
        own = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{net.names[host]}", os.O_RDONLY)
        libc = __import__("ctypes").CDLL(None, use_errno=True)
        try:
            if libc.setns(there, 0) != 0:
                raise RuntimeError("setns fails")
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self.socket.bind((link, 0))
        finally:
            libc.setns(own, 0)
            os.close(own)
            os.close(there)
        self.sent = 0

    def send(self, frame):
        self.socket.send(frame)
        self.sent += 1


class Bench:
    """A sender and a watcher, joined by a veth pair that carries nothing of the kernel's own."""

    def __init__(self, uptake, folder, mtu=1500):
        self.uptake, self.folder, self.mtu = uptake, folder, mtu
        self.net = network.Network("sender", "watcher")

    def __enter__(self):
        self.net.__enter__()
        for host in self.net.names:
            for scope in ("all", "default"):
                self.net.run(host, "sysctl", "-qw", f"net.ipv6.conf.{scope}.disable_ipv6=1")
        self.net.join("sender", "va", [], "watcher", "vb", [], self.mtu)
        for host, link in (("sender", "va"), ("watcher", "vb")):
            self.net.run(host, "ip", "link", "set", link, "arp", "off")
        self.sender = Sender(self.net, "sender", "va")
        return self

    def __exit__(self, *_):
        self.sender.socket.close()
        self.net.__exit__()

    def start(self, *options, before=(), card=None):
        """Starts `uptake live` and waits until its ports are open."""
        self.card = card or self.folder / "card.json"
        self.info, self.log = self.folder / "info.json", self.folder / "log"
        for path in (self.folder / "card.json", self.info):
            path.unlink(missing_ok=True)
        self.process = self.net.start("watcher", *before, self.uptake, "live", "--eal", MEMORY, "--json", self.card,
                                      "--run-info", self.info, *options, log=self.log)

        def listening():
            if self.process.poll() is not None:
                raise RuntimeError(f"uptake live ended, exit {self.process.returncode}: {self.log.read_text()}")
            return "listening on" in self.log.read_text()
        network.until("uptake live", listening, 60)
        time.sleep(0.3)

    def pid(self):
        """Of uptake itself: `ip netns exec` becomes the program it starts."""
        return self.process.pid

    def end(self, patience=60):
        """Ends the run as Ctrl-C does. Returns exit code, window and what the run says of itself."""
        if self.process.poll() is None:
            os.kill(self.pid(), signal.SIGINT)
        return self.ended(patience)

    def ended(self, patience=60):
        code = self.process.wait(patience)
        if not self.card.exists() or not self.info.exists():
            raise RuntimeError(f"exit {code} and no card: {self.log.read_text()}")
        windows = json.loads(self.card.read_text())["windows"]
        return code, windows, json.loads(self.info.read_text())


def ended_as(windows, how):
    return sum(window["ledger"]["ended"][how] for window in windows)


def balance(bench, kind, info, wants_loss):
    lost = info["frames_lost_by_ports"]
    if lost is None or info["frames"] + lost != bench.sender.sent:
        return [f"{kind}: {bench.sender.sent} sent, {info['frames']} read, {lost} lost"]
    return [f"{kind}: nothing was lost, so nothing is proved"] if wants_loss and lost == 0 else []


def check_losses(uptake, folder):
    """A port that is not read for a while loses frames: sent = read + lost, by every kind that claims to know."""
    failures = []
    kinds = [["-i", "vb"], ["--port", AF_PACKET], ["--port", "net_pcap0,iface=vb"], ["--port", AF_PACKET + ",qpairs=2"]]
    for options in kinds:
        with Bench(uptake, folder) as bench:
            bench.start(*options)
            for i in range(2000):
                bench.sender.send(udp(i))
            time.sleep(0.3)
            os.kill(bench.pid(), signal.SIGSTOP)
            # More than the ring of any kind holds: libpcap's has 64 MiB.
            frame = udp(1, length=1400)
            for _ in range(3000 if "af_packet" in options[1] else 60000):
                bench.sender.send(frame)
            os.kill(bench.pid(), signal.SIGCONT)
            time.sleep(0.5)
            code, _, info = bench.end()
            failures += balance(bench, options[1], info, wants_loss=True)
            failures += [f"{options[1]}: exit {code}"] if code != 0 else []
    return failures


def check_every_queue(uptake, folder):
    """One worker reads both queues of a port that the kernel deals flows to."""
    with Bench(uptake, folder) as bench:
        bench.start("--port", AF_PACKET + ",qpairs=2")
        for i in range(400):
            bench.sender.send(udp(i))
        time.sleep(0.5)
        _, _, info = bench.end()
        return balance(bench, "qpairs=2", info, wants_loss=False) + (
            [f"qpairs=2: {info['frames']} of {bench.sender.sent} frames"]
            if info["frames"] != bench.sender.sent else [])


def check_times(uptake, folder):
    """Retransmissions 12 ms apart are no copies, though all are polled at once; copies a moment apart are."""
    failures = []
    for options in (["-i", "vb"], ["--port", AF_PACKET]):
        with Bench(uptake, folder) as bench:
            bench.start(*options)
            os.kill(bench.pid(), signal.SIGSTOP)
            for _ in range(80):
                bench.sender.send(tcp(1, 1))
                time.sleep(0.012)
            os.kill(bench.pid(), signal.SIGCONT)
            time.sleep(0.5)
            close = 0  # pairs that the machine did not hold up between the two
            for i in range(50):
                begun = time.monotonic()
                for frame in [tcp(2, 1000 + 15 * i)] * 2:
                    bench.sender.send(frame)
                close += time.monotonic() - begun < 0.0015
                time.sleep(0.004)
            time.sleep(0.3)
            _, windows, info = bench.end()
            copies = ended_as(windows, "duplicate")
            if not close <= copies <= 50 or close < 10 or info["frames"] != bench.sender.sent:
                failures.append(f"{options[1]}: {copies} copies found of {close} to 50, 80 retransmissions before; "
                                f"{bench.sender.sent} sent, {info['frames']} read, {info['ports']}")
    return failures


def check_long(uptake, folder):
    """Frames of 9,000 octets, tagged ones among them, come whole."""
    failures = []
    large = "net_af_packet0,iface=vb,framesz=16384,blocksz=16384,framecnt=512"
    for options in (["-i", "vb"], ["-i", "vb", "--workers", "2"], ["--port", large]):
        with Bench(uptake, folder, mtu=9000) as bench:
            if "--workers" in options and len(os.sched_getaffinity(0)) < 2:
                continue
            bench.start(*options)
            octets = 0
            for i in range(100):
                frame = udp(i, length=8900, tag=7 if i % 2 else None)
                octets += len(frame)
                bench.sender.send(frame)
                time.sleep(0.001)
            time.sleep(0.5)
            _, windows, info = bench.end()
            ledgers = [window["ledger"] for window in windows]
            seen = [sum(ledger[key] for ledger in ledgers) for key in ("wire_bytes", "captured_bytes")]
            if seen != [octets, octets] or ended_as(windows, "no_interest") + ended_as(windows, "parsed") != 100:
                failures.append(f"{options}: {octets} octets sent, {seen} seen, {ledgers[0]['ended']}")
            if any(port["cut"] for port in info["ports"]):
                failures.append(f"{options}: frames were cut")
    return failures


def check_gone(uptake, folder):
    """An interface that goes down or is removed ends the run: exit 2, one line, and what came before."""
    failures = []
    for how, words in (("went down", ("set", "vb", "down")), ("was removed", ("del", "vb"))):
        for options in (["-i", "vb"], ["--port", AF_PACKET]):
            with Bench(uptake, folder) as bench:
                bench.start(*options)
                for i in range(100):
                    bench.sender.send(udp(i))
                time.sleep(0.3)
                bench.net.run("watcher", "ip", "link", *words)
                code, _, info = bench.ended()
                if code != 2 or info["frames"] != 100 or f"the interface {how}" not in bench.log.read_text():
                    failures.append(f"{options[1]} {how}: exit {code}, {info['frames']} frames")
    return failures


def check_rights(uptake, folder):
    """CAP_NET_RAW alone reads an interface; without it the run ends with 77 and a line that says so."""
    failures = []
    if subprocess.run(["setpriv", "--version"], stdout=subprocess.DEVNULL, check=False).returncode != 0:
        return failures
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    raw = [*nobody, "--inh-caps", "+net_raw", "--ambient-caps", "+net_raw", "--bounding-set", "-all,+net_raw"]
    os.chmod(folder, 0o777)
    with Bench(uptake, folder) as bench:
        for path in folder.iterdir():
            path.unlink()
        bench.start("-i", "vb", before=raw)
        for i in range(100):
            bench.sender.send(udp(i))
        time.sleep(0.3)
        _, _, info = bench.end()
        failures += balance(bench, "CAP_NET_RAW alone", info, wants_loss=False)
        done = subprocess.run(["ip", "netns", "exec", bench.net.names["watcher"], *nobody, uptake, "live", "-i", "vb"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 77 or len(done.stdout.splitlines()) != 1 or "CAP_NET_RAW" not in done.stdout:
            failures.append(f"no rights: exit {done.returncode}: {done.stdout}")
    return failures


def check_promiscuous(uptake, folder):
    """The interface is promiscuous while it is read, and not after, also when the process is killed."""
    failures = []

    def promiscuity(bench):
        return int(re.search(r"promiscuity (\d+)", bench.net.run("watcher", "ip", "-d", "link", "show", "vb"))[1])
    for options in (["-i", "vb"], ["--port", AF_PACKET]):
        for how in (signal.SIGINT, signal.SIGKILL):
            with Bench(uptake, folder) as bench:
                bench.start(*options)
                during = promiscuity(bench)
                os.kill(bench.pid(), how)
                bench.process.wait(60)
                after = promiscuity(bench)
                if during == 0 or after != 0:
                    failures.append(f"{options[1]}, signal {how}: promiscuity {during}, then {after}")
    return failures


def check_unstamped(uptake, folder):
    """Frames that nobody stamps have no time but that of their poll: they are no copies of each other, and counted."""
    if not os.path.exists("/dev/net/tun"):
        return []
    with Bench(uptake, folder) as bench:
        bench.start("--port", "net_tap0,iface=utap0")
        bench.net.run("watcher", "ip", "link", "set", "utap0", "up", "arp", "off")
        sender = Sender(bench.net, "watcher", "utap0")
        os.kill(bench.pid(), signal.SIGSTOP)
        for _ in range(80):
            sender.send(tcp(1, 1))
            time.sleep(0.012)
        os.kill(bench.pid(), signal.SIGCONT)
        time.sleep(0.5)
        sender.socket.close()
        _, windows, info = bench.end()
        unknown = sum(window["limits"]["arrival_unknown"] for window in windows)
        if ended_as(windows, "duplicate") or unknown < 70 or info["frames_lost_by_ports"] is not None:
            return [f"80 retransmissions: {windows[0]['ledger']['ended']}, {unknown} of unknown arrival, "
                    f"{info['ports']}"]
    return []


def run_live(uptake, *options):
    """One run by itself, for a second unless the options say otherwise."""
    span = [] if "--duration" in options else ["--duration", "1s"]
    done = subprocess.run([uptake, "live", "--quiet", *span, *options], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    return done.returncode, done.stdout, done.stderr


def check_replay(uptake, folder):
    """Files behind net_pcap: each is read to its end, with its own times; a broken one is told of; a loop goes on."""
    failures = []
    one, other = harness.cases()["tls"], harness.cases()["dns"]
    card, key = folder / "replay.json", folder / "key"
    key.write_bytes(bytes(range(16)))
    for windows in ([], ["--window", "1m"]):
        words = [*windows, "--key-file", key, "--json", card]
        code, _, errors = run_live(uptake, "--port", f"net_pcap0,rx_pcap={one}", "--eal", MEMORY, *words)
        read = harness.read(uptake, one, options=[*windows, "--key-file", key])
        found = json.loads(card.read_text()) if code == 0 else {}
        told = found.pop("ports", None)
        wanted = json.loads(read.card_text)
        if wanted.pop("ports") or [port["lost"] for port in told or ()] != [0] or found != wanted:
            failures.append(f"the card of a file {windows}: exit {code}: {errors}")
    code, out, _ = run_live(uptake, "--port", f"net_pcap0,rx_pcap={one},rx_pcap={other}", "--run-info", "-", "--eal",
                            MEMORY)
    wanted = sum(harness.read(uptake, path).window()["ledger"]["frames"] for path in (one, other))
    if code != 0 or json.loads(out)["frames"] != wanted:
        failures.append(f"two files, one worker: exit {code}, {wanted} frames: {out[:300]}")
    broken = folder / "broken.pcap"
    broken.write_bytes(one.read_bytes()[:-5])
    code, _, errors = run_live(uptake, "--port", f"net_pcap0,rx_pcap={broken}", "--eal", MEMORY)
    if code != 2 or "cannot be read to its end" not in errors:
        failures.append(f"a broken file: exit {code}: {errors}")
    code, out, errors = run_live(uptake, "--port", f"net_pcap0,rx_pcap={one},infinite_rx=1", "--window", "1s", "--json",
                                 "-", "--eal", MEMORY, "--duration", "4s")
    windows = json.loads(out)["windows"] if code == 0 else []
    if len(windows) < 4 or not all(window["ledger"]["frames"] for window in windows[1:-1]):
        failures.append(f"a loop: exit {code}, {len(windows)} windows: {errors}")
    return failures


def check_words(uptake, _folder):
    """Standard output holds the JSON and nothing of the EAL's; what a port cannot know is null, and refused."""
    failures = []

    def live(*options):
        return run_live(uptake, *options)

    code, out, errors = live("--port", "net_null0", "--json", "-", "--eal", MEMORY + " --log-level=*:debug")
    if code != 0 or "windows" not in json.loads(out) or "EAL" not in errors:
        failures.append(f"debugging: exit {code}: {out[:200]}")
    code, out, errors = live("--port", "net_null0", "--json", "-", "--eal", "--no-such-word")
    if code != 66 or out:
        failures.append(f"a wrong word for the EAL: exit {code}: {out[:200]}")
    code, out, errors = live("--port", "net_ring0", "--run-info", "-", "--max-loss", "1", "--eal", MEMORY)
    if code != 3 or json.loads(out)["frames_lost_by_ports"] is not None or "not known" not in errors:
        failures.append(f"a port that counts no losses: exit {code}: {out[:200]} {errors}")
    code, out, errors = live("--port", "no-such-port")
    if code != 66 or "--list" not in errors:
        failures.append(f"no such port: exit {code}: {errors}")
    code, out, _ = live("--list")
    if code != 0 or not re.search(r"^lo +up", out, re.M):
        failures.append(f"--list: exit {code}: {out}")
    return failures


CHECKS = {"losses": check_losses, "queues": check_every_queue, "times": check_times, "long": check_long,
          "gone": check_gone, "rights": check_rights, "promiscuous": check_promiscuous, "words": check_words,
          "unstamped": check_unstamped,
          "replay": check_replay}


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("checks", nargs="*")
    options = parser.parse_args()
    reason = network.missing([])
    if reason:
        harness.skip(reason)
    failures = []
    wanted = options.checks or CHECKS
    with tempfile.TemporaryDirectory(prefix="uptake-ports-") as scratch:
        for name in wanted:
            failures += [f"{name}: {failure}"
                         for failure in CHECKS[name](options.uptake.resolve(), pathlib.Path(scratch))]
    return harness.report(failures, f"{len(wanted)} promises of ports tried")


if __name__ == "__main__":
    sys.exit(main())
