#!/usr/bin/env python3
"""Builds a plugin outside the tree against an installed uptake, loads it, and holds its figures against the packets
that were written; then offers files that are no plugin of this version, each of which must be refused in one line.

usage: plugin.py BUILD UPTAKE
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CLIENT, SERVER = bytes([192, 0, 2, 1]), bytes([198, 51, 100, 1])


def ipv4(protocol, from_client, body):
    ends = (CLIENT, SERVER) if from_client else (SERVER, CLIENT)
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 64, protocol, 0, *ends) + body


def ntp(from_client, fields=b"", stratum=2, reference=b"GPS\0", port=50000):
    header = bytes([0x23 if from_client else 0x24, stratum, 6, 0xec]) + bytes(8) + reference + bytes(32)
    ports = (port, 123) if from_client else (123, port)
    data = header + fields
    return ipv4(17, from_client, struct.pack(">HHHH", *ports, 8 + len(data), 0) + data)


def field(kind, size):
    return struct.pack(">HH", kind, size) + bytes(size - 4)


def tcp(from_client, flags, sequence, acknowledgement, data=b""):
    ports = (50001, 4460) if from_client else (4460, 50001)
    return ipv4(6, from_client, struct.pack(">HHIIBBHHH", *ports, sequence, acknowledgement, 0x50, flags, 8192, 0, 0)
                + data)


def client_hello():
    extension = struct.pack(">HHBHH", 43, 5, 4, 0x0304, 0x0303)
    body = b"\x03\x03" + bytes(32) + b"\0" + struct.pack(">HH", 2, 0x1301) + b"\1\0" + struct.pack(
        ">H", len(extension)) + extension
    message = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + struct.pack(">H", len(message)) + message


def write_capture(path):
    """12 requests: 6 with NTS, 4 without, 1 with a MAC, 1 that the snaplen cut; 5 answers: 3 with NTS, 1 without,
    1 refusal; 1 connection that establishes keys."""
    nts = field(0x0104, 36) + field(0x0204, 104) + field(0x0404, 40)
    packets = [ntp(True, nts, port=50000 + i) for i in range(6)] + [ntp(True, port=50100 + i) for i in range(4)]
    packets += [ntp(True, bytes(20), port=50200), ntp(True, nts, port=50201)]
    cut = len(packets) - 1
    packets += [ntp(False, nts, port=50000 + i) for i in range(3)] + [ntp(False, port=50100)]
    packets += [ntp(False, field(0x0104, 36), stratum=0, reference=b"NTSN", port=50004)]
    packets += [tcp(True, 2, 1, 0), tcp(False, 0x12, 9, 2), tcp(True, 0x10, 2, 10)]
    packets += [tcp(True, 0x18, 2, 10, client_hello())]
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
        for number, packet in enumerate(packets):
            captured = 80 if number == cut else len(packet)
            out.write(struct.pack("<IIII", 1_700_000_000, number, captured, len(packet)) + packet[:captured])


def run(*words, code=0):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=600)
    if done.returncode != code:
        sys.exit(f"{' '.join(map(str, words))}: exit code {done.returncode}, not {code}\n{done.stdout}{done.stderr}")
    return done


def build_plugin(build, folder):
    prefix = folder / "prefix"
    run("cmake", "--install", build, "--prefix", prefix)
    run("cmake", "-S", HERE / "nts", "-B", folder / "nts", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", folder / "nts")
    return folder / "nts" / "nts.so"


def counts(card, measure, unit):
    for row in card["windows"][0]["measures"]:
        if row["id"] == measure and row["unit"] == unit:
            return {key: sum(cell[key] for cell in row["cells"]) for key in ("pass", "fail")} | {
                "unobservable": sorted((reason, number) for cell in row["cells"]
                                       for reason, number in cell["unobservable"].items())}
    return None


def figure_faults(uptake, plugin, folder):
    capture, card, events = folder / "time.pcap", folder / "card.json", folder / "events.jsonl"
    write_capture(capture)
    run(uptake, "read", capture, "--plugin", plugin, "--quiet", "--json", card, "--events", events)
    found = json.loads(card.read_text())
    wanted = {
        ("nts.request", "time_requests"): {"pass": 6, "fail": 5, "unobservable": [("truncated", 1)]},
        ("nts.answer", "time_answers"): {"pass": 3, "fail": 1, "unobservable": [("nts_nak", 1)]},
        ("nts.key_establishment", "connections"): {"pass": 1, "fail": 0, "unobservable": []},
        # The handshake behind it is read by uptake's own dissector of TLS.
        ("tls.hello", "connections"): {"pass": 1, "fail": 0, "unobservable": []},
    }
    for (measure, unit), right in wanted.items():
        if (got := counts(found, measure, unit)) != right:
            yield f"{measure} / {unit}: {got}, not {right}"
    lines = [json.loads(line) for line in events.read_text().splitlines()]
    if (got := sum(line["type"] == "ntp" for line in lines)) != 17:
        yield f"{got} events of NTP, not 17"
    text = run(uptake, "explain", "nts.request", "--plugin", plugin).stdout
    if "RFC 8915" not in text:
        yield f"explain does not name the standard of the plugin:\n{text}"
    if "nts.request" not in run(uptake, "catalogue", "--plugin", plugin).stdout:
        yield "the catalogue does not list the plugin's measures"
    run(uptake, "explain", "nts.request", code=64)


def make_object(folder, name, source):
    (folder / f"{name}.c").write_text(source)
    run("cc", "-shared", "-fPIC", "-o", folder / f"{name}.so", folder / f"{name}.c")
    return folder / f"{name}.so"


def refusal_faults(uptake, plugin, folder):
    text = folder / "text.so"
    text.write_text("no object\n")
    bad = {
        text: "",
        folder / "none.so": "No such file",
        make_object(folder, "empty", "int unrelated;"): "no plugin of uptake",
        make_object(folder, "nothing", "const void* uptake_plugin(void) { return 0; }"): "offers nothing",
        make_object(folder, "old", "static unsigned long long abi[8] = {1}; "
                                   "const void* uptake_plugin(void) { return abi; }"): "another version",
    }
    for path, words in bad.items():
        done = run(uptake, "read", folder / "time.pcap", "--plugin", path, code=78)
        if done.stdout or done.stderr.count("\n") != 1 or words not in done.stderr or str(path) not in done.stderr:
            yield f"{path}: {done.stdout}{done.stderr}"
    done = run(uptake, "read", folder / "time.pcap", "--plugin", plugin, "--plugin", plugin, code=78)
    if "stands in the registry already" not in done.stderr:
        yield f"the same plugin twice: {done.stderr}"


def main():
    build, uptake = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        plugin = build_plugin(build, folder)
        faults = [*figure_faults(uptake, plugin, folder), *refusal_faults(uptake, plugin, folder)]
    for fault in faults:
        print(fault)
    print(f"plugin: {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
