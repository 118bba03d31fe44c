"""Mixed traffic for the variants of tools/lab/rewrite.py: dig at nsd, curl at nginx with TLS 1.2, TLS 1.3 and HTTP.

Both families, UDP and TCP, answers of every common kind, HTTP/1.1 and HTTP/2. The capture is the base; the test makes
each variant of it (one direction missing, frames twice, loss, reordering, snaplen 96, VLAN, QinQ, MPLS, PPPoE, GRE,
GTP-U, VXLAN, L2TP and more) with the seeded rewriter. truth.json's notes say of each whether a perfect observer of it
sees the same, and where it is known what is hidden.
"""
import re

import rewrite
from hosts import names, pki, web
from hosts.openssl import GROUPS, VERSIONS, suites

PACKAGES = ("nsd", "bind9-dnsutils", "ldnsutils", "nginx-light", "curl", "openssl", "tcpdump", "iproute2")
PROGRAMS = ("nsd", "dig", "ldns-signzone", "nginx", "curl", "openssl", "tcpdump")
CLIENT = ("198.18.1.10", "2001:db8:1::10")
WEB = ("198.18.2.80", "2001:db8:2::80")

# (name, type, options of dig): asked once over each family
QUERIES = [
    ("www.example.test", "A", ["+dnssec"]), ("www.example.test", "AAAA", ["+dnssec"]), ("www.example.test", "A", []),
    ("www.example.test", "AAAA", ["+noedns"]), ("example.test", "MX", ["+cd"]), ("example.test", "SOA", ["+noad"]),
    ("example.test", "DNSKEY", ["+dnssec", "+tcp"]), ("nothing.example.test", "A", []),
    ("www.plain.test", "A", ["+dnssec"]), ("example.test", "NS", ["+tcp"]),
    ("elsewhere.invalid", "A", ["+norecurse"]),
]
# (path, options of curl): fetched twice over each family
FETCHES = [
    ("https", "small", []), ("https", "large", []), ("https", "small", ["--tls-max", "1.2"]),
    ("https", "large", ["--tls-max", "1.2", "--http1.1"]), ("https", "small", ["--http1.1"]),
    ("https", "small", ["--tls-max", "1.2", "--no-alpn"]), ("http", "small", []), ("http", "large", []),
]


def ask(lab, family, name, kind, options):
    """One query and its answer, as dig says that it sent and received them."""
    said = lab.run("client", "dig", f"@{names.AUTHORITY[family]}", "+tries=1", "+qr", "+bufsize=1232", *options,
                   name, kind)
    if "retrying" in said or said.count("->>HEADER<<-") != 2:
        raise RuntimeError(said)
    common = {"transport": "tcp" if "+tcp" in options else "udp", "client": CLIENT[family],
              "server": names.AUTHORITY[family], "server_port": 53, "name": name, "qtype": kind}
    sent, got = re.split(r"->>HEADER<<-", said)[1:]
    rows = []
    for message, text in (("query", sent), ("response", got)):
        flags = re.search(r";; flags: ([a-z ]*);", text)[1].split()
        edns = re.search(r"; EDNS: version: 0, flags:([a-z ]*);", text)
        rows.append({**common, "message": message, **{flag: flag in flags for flag in ("rd", "ad", "cd")},
                     "edns": edns is not None, "do": edns is not None and "do" in edns[1].split()})
    rows[1].update(rcode=re.search(r"status: (\w+)", got)[1], tc=False,
                   aa=" aa" in got.split(";; flags:")[1].split(";")[0])
    del rows[1]["cd"]
    return rows


def fetch(lab, family, scheme, path, options):
    """One request; fields of a TLS event, or None over HTTP."""
    where = f"[{WEB[1]}]" if family else WEB[0]
    said = lab.run("client", "curl", "-skv", "-o", "/dev/null", "--connect-to", f"::{where}:", *options, "-w",
                   "\nresult %{http_code} %{local_port}\n", f"{scheme}://www.example.test/{path}", check=False)
    ended = re.search(r"^result (\d+) (\d+)$", said, re.M)
    if ended[1] != "200":
        raise RuntimeError(said)
    if scheme == "http":
        return None
    version = VERSIONS[re.search(r"SSL connection using (\S+) /", said)[1]]
    agreed = re.search(r"ALPN: server accepted (\S+)", said)
    alpn = "absent" if agreed is None else "unobservable" if version == "TLS 1.3" else agreed[1]
    return {"client": CLIENT[family], "client_port": int(ended[2]), "server": WEB[family], "server_port": 443,
            "name": "www.example.test", "sight": "complete", "version": version, "alpn": alpn, "client_hello": True,
            "offered_1_3": "--tls-max" not in options, "hello_retry": False, "pq_offered": False}


def settle(sessions, lines):
    """Adds what nginx logged of the same connections, in their order."""
    assert len(sessions) == len(lines), (len(sessions), len(lines))
    for event, line in zip(sessions, lines):
        assert (VERSIONS[line.version], line.name) == (event["version"], event["name"]), (event, line)
        event.update(suite=f"0x{suites()[line.suite]:04x}", resumed=line.reused == "r", group_sight="known",
                     group=f"0x{GROUPS[line.group]:04x}")


def versions(sessions, known=True):
    """Rows of the versions, as Truth.share counts them; all unobservable when no ServerHello can be read."""
    return {f"tls.version.{key}": [event["version"] == name if known else None for event in sessions]
            for key, name in (("1_3", "TLS 1.3"), ("1_2", "TLS 1.2"), ("1_1", "TLS 1.1"), ("1_0", "TLS 1.0"))}


def variants(sessions):
    """What a perfect observer of each variant sees: `same`, or `hides` with the counts that are known still."""
    made = {name: {"effect": effect} for name, (_, _, effect) in rewrite.VARIANTS.items()}
    # The version is behind the 96th octet of a ServerHello's frame, and only the server says it.
    for name, known in (("client-only", False), ("snaplen-96", False), ("server-only", True)):
        made[name]["counts"] = [
            {"measure": measure, "unit": "connections", "pass": rows.count(True), "fail": rows.count(False),
             "unobservable": rows.count(None)} for measure, rows in versions(sessions, known).items()]
    return made


def play(lab, folder, capture, truth):
    keys = folder / "pki"
    pki.authority(keys)
    pki.leaf(keys, "ec", "www.example.test")
    lab.host("client", *CLIENT)
    lab.host("web", *WEB)
    names.authority(lab, folder / "authority", wanted=("example.test.", "plain.test."))
    web.nginx(lab, folder / "nginx", "web", keys / "ec.chain.pem", keys / "ec.key")
    messages, sessions, connections = [], [], []
    with lab.mirrored(capture):
        for family in (0, 1):
            for query in QUERIES:
                messages += ask(lab, family, *query)
                connections.append(family)
        for _ in range(2):
            for family in (0, 1):
                for request in FETCHES:
                    sessions.append(fetch(lab, family, *request))
                    connections.append(family)
    sessions = [event for event in sessions if event]
    settle(sessions, web.nginx_log(folder / "nginx"))
    truth.source("dig +qr", "curl -v", "nginx: access log")
    for event in messages:
        truth.event("dns", **event)
    for event in sessions:
        truth.event("tls", **event)
    truth.share("tls.hello", "connections", [True] * len(sessions))
    truth.share("tls.accepted", "connections", [True] * len(sessions))
    for measure, rows in versions(sessions).items():
        truth.share(measure, "connections", rows)
    truth.share("tls.offer.1_3", "connections", [event["offered_1_3"] for event in sessions])
    truth.share("ip6.connections", "connections", [bool(family) for family in connections])
    truth.share("ip6.reach", "connections", [True for family in connections if family])
    truth.share("ip4.reach", "connections", [True for family in connections if not family])
    truth.note(variants=variants(sessions))
