"""QUIC connections whose hellos tshark, and uptake, read, by version."""
import collections
import os
import subprocess
import tempfile

CLIENT_HELLO, SERVER_HELLO = "1", "2"
FIELDS = ("udp.stream", "quic.version", "tls.handshake.type")


def version_name(number):
    """As uptake's events write it: those that force a Version Negotiation are all alike (RFC 9000 section 15)."""
    return "greased" if int(number, 16) & 0x0F0F0F0F == 0x0A0A0A0A else number


def by_tshark(capture):
    """{"quic.client_hellos.VERSION": connections}, and the same of server_hellos. The version is the packet's."""
    words = ["tshark", "-n", "-r", str(capture), "-Y", "quic && tls.handshake.type", "-T", "fields"]
    for field in FIELDS:
        words += ["-e", field]
    with tempfile.TemporaryDirectory(prefix="uptake-oracle-") as home:
        said = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False,
                              env=dict(os.environ, LC_ALL="C.UTF-8", HOME=home, XDG_CONFIG_HOME=home)).stdout
    seen = set()
    for line in said.splitlines():
        stream, versions, types = line.split("\t")
        for kind, name in ((CLIENT_HELLO, "client"), (SERVER_HELLO, "server")):
            if kind in types.split(","):
                seen.add((name, version_name(versions.split(",")[0]), stream))
    return collections.Counter(f"quic.{name}_hellos.{version}" for name, version, _ in seen)


def by_uptake(events):
    counts = collections.Counter()
    for event in events:
        if event["type"] != "quic":
            continue
        counts[f"quic.client_hellos.{event['version']}"] += event["hello"] == "read"
        counts[f"quic.server_hellos.{event.get('negotiated_version')}"] += event["answer"] == "read"
    return counts


def fewer(theirs, ours):
    """What uptake reads less of than tshark: {name: (tshark's count, uptake's)}."""
    return {name: (count, ours[name]) for name, count in theirs.items() if ours[name] < count}
