#!/usr/bin/env python3
"""Records the golden captures: real servers and clients in network namespaces of their own.

usage: record.py [--into FOLDER] [CASE...]

Writes FOLDER/CASE/{capture.pcap or capture.pcapng, truth.json, ORIGIN}. Needs root and Debian's unbound, nsd,
ldnsutils, knot-dnsutils, dnsutils, nginx-light, curl, openssl, tcpdump, wireshark-common, ethtool, iproute2.
A new recording holds new keys, ports and times: the expected files must be made again after it.
"""
import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), str(pathlib.Path(__file__).parents[3] / "tools" / "lab")]
import dns_cases  # noqa: E402
import network  # noqa: E402
import tls_cases  # noqa: E402

# The cases, the scenario that makes them, and what ORIGIN says of each.
CASES = {
    "dns-stub": (
        dns_cases,
        "Stub clients (dig, kdig) at a validating resolver (unbound): UDP and TCP, IPv4 and IPv6, DO, AD, CD, EDNS\n"
        "sizes, cookies, policy records, NXDOMAIN, a zone with broken signatures."),
    "dns-auth": (
        dns_cases,
        "The same run on the other side of the resolver: unbound at nsd with a signed root, RSASHA256,\n"
        "ECDSAP256SHA256 and ED25519, NSEC and NSEC3, over a path of MTU 1280 that fragments large answers."),
    "dot": (dns_cases, "DNS over TLS: kdig at unbound, port 853."),
    "tls-versions": (
        tls_cases,
        "s_client at s_server: TLS 1.0 to 1.3, RSA and ECDSA, ECDHE, DHE, RSA and PSK key exchange, resumption,\n"
        "HelloRetryRequest, refusals, ClientHellos over several records and segments."),
    "web": (
        tls_cases, "curl at nginx: HTTP/1.1 and HTTP/2 over TLS 1.2 and 1.3, and plain HTTP, over IPv4 and IPv6."),
}
PCAPNG = {"dns-auth"}  # so that both file formats are read
PACKAGES = "unbound nsd ldnsutils knot-dnsutils bind9-dnsutils nginx-light curl openssl tcpdump".split()
PROGRAMS = "unbound nsd ldns-signzone kdig dig nginx curl openssl tcpdump editcap ss".split()


def versions():
    said = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *PACKAGES], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True)
    return said.stdout.splitlines()


def finish(folder, case, truth):
    """Writes what stands beside a capture."""
    pcap = folder / "capture.pcap"
    if case in PCAPNG:
        subprocess.run(["editcap", "-F", "pcapng", pcap, folder / "capture.pcapng"], check=True)
        pcap.unlink()
    (folder / "truth.json").write_text(json.dumps(truth, indent=1, sort_keys=True) + "\n")
    day = datetime.datetime.now(datetime.timezone.utc).date()
    lines = [CASES[case][1], "",
             f"Made by tests/golden/record/record.py on {day}, in network namespaces with documentation addresses;",
             "no frame of anyone's traffic is in it. truth.json holds what clients and servers themselves reported.",
             "Programs (Debian 12):", *("  " + v for v in versions())]
    (folder / "ORIGIN").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    options = parser.parse_args()
    wanted = options.cases or list(CASES)
    unknown = set(wanted) - set(CASES)
    if unknown:
        parser.error("no such case: " + " ".join(sorted(unknown)))
    reason = network.missing(PROGRAMS)
    if reason:
        sys.exit("record.py: " + reason)
    for scenario in (dns_cases, tls_cases):
        cases = [c for c in CASES if CASES[c][0] is scenario]
        if not set(cases) & set(wanted):
            continue
        with tempfile.TemporaryDirectory(prefix="uptake-record-") as scratch:
            made = pathlib.Path(scratch) / "made"
            for case in cases:
                (made / case).mkdir(parents=True)
            truths = scenario.record(made, pathlib.Path(scratch) / "run")
            for case in set(cases) & set(wanted):
                folder = options.into / case
                folder.mkdir(exist_ok=True)
                for old in folder.glob("capture.*"):
                    old.unlink()
                (folder / "capture.pcap").write_bytes((made / case / "capture.pcap").read_bytes())
                finish(folder, case, truths[case])
    return 0


if __name__ == "__main__":
    sys.exit(main())
