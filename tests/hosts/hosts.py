#!/usr/bin/env python3
"""Builds programs that host libuptake against an installed one, sends golden captures through them, and holds what they
say against `uptake read` of the same capture, and what they send on against what they were sent.

usage: hosts.py BUILD UPTAKE
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parent / "golden"
CASES = ["web", "dns", "mirror", "smtp"]
SKIPPED = 77
NOBODY = {"user": "nobody", "group": "nogroup", "extra_groups": []}


def run(*words, **how):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=600, **how)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def packages(prefix, *names):
    env = os.environ | {"PKG_CONFIG_PATH": str(prefix / "lib" / "pkgconfig")}
    return run("pkg-config", "--cflags", "--libs", *names, env=env).split()


def build(prefix, folder, name, more):
    program = folder / name
    run("cc", "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-DALLOW_EXPERIMENTAL_API", HERE / f"{name}.c", "-o",
        program, *more, *packages(prefix, "uptake", "libdpdk"), f"-Wl,-rpath,{prefix / 'lib'}")
    return program


def frames(path):
    """The octets of each frame of a capture file."""
    data = path.read_bytes()
    order = "little" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else "big"
    at, found = 24, []
    while at + 16 <= len(data):
        captured = int.from_bytes(data[at + 8:at + 12], order)
        found.append(data[at + 16:at + 16 + captured])
        at += 16 + captured
    return found


def whole(path):
    """Every frame of a classic capture file was captured whole: the driver of capture files knows no other length."""
    data = path.read_bytes()
    order = "little" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else "big"
    at = 24
    while at + 16 <= len(data):
        captured, wire = (int.from_bytes(data[at + n:at + n + 4], order) for n in (8, 12))
        if captured != wire:
            return False
        at += 16 + captured
    return True


def faults(program, uptake, folder, case):
    capture = GOLDEN / case / "capture.pcap"
    if not whole(capture):
        print(f"{program.name}, {case}: its frames are cut, and a port does not tell")
        return
    card, sent, right = folder / "card.json", folder / "sent.pcap", folder / "right.json"
    for old in (card, sent):
        old.unlink(missing_ok=True)
    run(program, card, "--no-huge", "-m", "512", "--no-pci", "--no-shconf", "--no-telemetry", "--log-level", "4",
        "--vdev", f"net_pcap0,rx_pcap={capture}", "--vdev", f"net_pcap1,tx_pcap={sent}")
    run(uptake, "read", capture, "--quiet", "--json", right)
    if json.loads(card.read_text()) != json.loads(right.read_text()):
        yield f"{program.name}, {case}: its card is not that of uptake read"
    if frames(sent) != frames(capture):
        yield f"{program.name}, {case}: it does not send on what it was sent"


def tap_faults(prefix, uptake, folder):
    """The tap of tshark, where its headers are installed."""
    if shutil.which("tshark") is None or subprocess.run(["pkg-config", "wireshark"]).returncode != 0:
        print("tap: skipped, for tshark or libwireshark-dev is not installed")
        return
    version = run("pkg-config", "--modversion", "wireshark").strip().rsplit(".", 1)[0]
    place = folder / ".local" / "lib" / "wireshark" / "plugins" / version / "epan"
    place.mkdir(parents=True)
    run("cc", "-std=gnu11", "-O1", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", HERE / "tap.c", "-o",
        place / "tap.so", *packages(prefix, "wireshark", "glib-2.0", "uptake"), f"-Wl,-rpath,{prefix / 'lib'}")
    # tshark loads nobody's own plugins for root.
    folder.chmod(0o755)
    how = {"env": os.environ | {"HOME": str(folder)}} | (NOBODY if os.geteuid() == 0 else {})
    for case in CASES:
        capture, right = folder / "capture.pcap", folder / "right.json"
        shutil.copy(GOLDEN / case / "capture.pcap", capture)
        capture.chmod(0o644)
        run(uptake, "read", capture, "--quiet", "--json", right)
        said = run("tshark", "-q", "-r", capture, "-z", "uptake", **how)
        if json.loads(said) != json.loads(right.read_text()):
            yield f"tap, {case}: its card is not that of uptake read"


def main():
    build_folder, uptake = sys.argv[1:]
    if shutil.which("pkg-config") is None or subprocess.run(["pkg-config", "libdpdk"]).returncode != 0:
        print("skipped: libdpdk-dev is not installed")
        sys.exit(SKIPPED)
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prefix = folder / "prefix"
        run("cmake", "--install", build_folder, "--prefix", prefix)
        programs = [build(prefix, folder, "forwarder", []), build(prefix, folder, "graph", ["-luptake_graph"])]
        for program in programs:
            for case in CASES:
                found += faults(program, uptake, folder, case)
        found += tap_faults(prefix, uptake, folder)
    for fault in found:
        print(fault)
    print(f"hosts: {len(found)} faults")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
