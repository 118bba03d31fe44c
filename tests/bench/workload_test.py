#!/usr/bin/env python3
"""The generator keeps its word: a seed gives the same bytes, and its truth is what libpcap and tshark see.

usage: workload_test.py UPTAKE_WORKLOAD UPTAKE_FLOOR
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

PACKETS = "6000"
# What tshark must find, by the words of the truth; ServerHello and HelloRetryRequest have one type (RFC 8446 4.1.4).
FILTERS = {
    "queries": "udp.port == 53 && dns.flags.response == 0", "responses": "udp.port == 53 && dns.flags.response == 1",
    "queries_do": "dns.flags.response == 0 && dns.resp.z.do == 1",
    "responses_rrsig": "dns.flags.response == 1 && dns.resp.type == 46",
    "client_hellos": "tls.handshake.type == 1", "server_hellos": "tls.handshake.type == 2",
    "malformed": "_ws.malformed && (dns || tls.handshake || bgp || smtp)",
}


def tshark_counts(path):
    fields = subprocess.run(["tshark", "-r", path, "-o", "tls.desegment_ssl_records:TRUE", "-q",
                             "-z", "io,stat,0," + ",".join(FILTERS.values())], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True, check=True)
    row = [line for line in fields.stdout.splitlines() if "<>" in line and line.strip().startswith("|")][-1]
    cells = [cell.strip() for cell in row.split("|")[2:-1]]
    return dict(zip(FILTERS, (int(frames) for frames in cells[::2]), strict=True))


def expected_counts(truth):
    tls, dns = truth["tls"], truth["dns"]
    hellos = tls["connections"] + tls["retries"] + truth["starttls_connections"]
    return {**dns, "client_hellos": hellos, "server_hellos": hellos, "malformed": 0}


def main():
    workload, floor = sys.argv[1:]
    wrong = []

    def expect(what, got, want):
        if got != want:
            wrong.append(f"{what}: {got}, expected {want}")

    with tempfile.TemporaryDirectory(prefix="uptake-workload-") as scratch:
        def make(kind, name, *more):
            path = pathlib.Path(scratch) / name
            said = subprocess.run([workload, kind, path, "--packets", PACKETS, *more], stdout=subprocess.PIPE,
                                  check=True).stdout
            return path, json.loads(said)

        for kind in ("mix", "dns", "tls", "flood", "seams"):
            for form in ("pcap", "pcapng"):
                path, truth = make(kind, "one", "--format", form)
                again, _ = make(kind, "again", "--format", form)
                other, _ = make(kind, "other", "--format", form, "--seed", "2")
                expect(f"{kind} {form}: same seed, same bytes", path.read_bytes() == again.read_bytes(), True)
                expect(f"{kind} {form}: other seed, same bytes", path.read_bytes() == other.read_bytes(), False)
                said = subprocess.run([floor, path], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
                expect(f"{kind} {form}: packets, octets", [int(said[1]), int(said[3])],
                       [truth["packets"], truth["captured_bytes"]])
            # Random payloads of seams and cut frames look like many things.
            if kind != "seams" and shutil.which("tshark"):
                want = expected_counts(truth)
                got = tshark_counts(path)
                for name in want:
                    expect(f"{kind}: {name} as tshark sees them", got[name], want[name])
    print("\n".join(wrong) or "as promised")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
