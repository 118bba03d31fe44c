"""TLS sessions: what the programs said of them, and what they show to an observer who sees every octet.

Each measure follows its text in uptake's catalogue: a judge makes True, False, None (unobservable) or SKIP (not
applicable) of one session.
"""
import re

from hosts import web
from hosts.openssl import GROUPS, VERSIONS, suites, words
from truth import SKIP


# --- what the programs said ---

def printed(said, pattern):
    found = re.search(pattern, said)
    return found[1].strip() if found else None


def messages(path):
    """(direction, name, octets) of each handshake message that s_client logged with -msg."""
    found = []
    for line in path.read_text().splitlines():
        head = re.match(r"(<<<|>>>) .*Handshake \[length \w+\], (\w+)", line)
        if head:
            found.append([head[1], head[2], b""])
        elif line.startswith("    ") and found:
            found[-1][2] += bytes.fromhex(line.replace("...", ""))
        else:
            found.append(["", "", b""])  # of another kind of record
    return [m for m in found if m[0]]


def outcome(said, log):
    """What s_client says was agreed, and whether the handshake ended well; None when the server chose nothing."""
    hellos = [web.server_hello(data) for way, name, data in log if (way, name) == ("<<<", "ServerHello")]
    final = [h for h in hellos if h[0] != web.RETRY]
    if not final:
        return None
    _, version, suite, _ = final[-1]
    found = {"version": version, "suite": suite, "hello_retry": len(final) < len(hellos), "whole": False}
    agreed = re.search(r"^(New|Reused), (\S+), Cipher is (\S+)$", said, re.M)
    if agreed is None or agreed[3] == "(NONE)":  # one side broke off after the ServerHello
        exchange = [data for way, name, data in log if (way, name) == ("<<<", "ServerKeyExchange")]
        # A client that breaks off at the Certificate logs no key exchange: the group that both sides prefer.
        group = int.from_bytes(exchange[0][5:7], "big") if exchange else GROUPS["X25519"]
        return {**found, "group": final[-1][3] or group}
    # What it prints in words goes before what it logged in octets; they must be the same.
    spoken = VERSIONS[printed(said, r"Protocol  : (\S+)") or agreed[2]], suites()[agreed[3]]
    assert spoken == (version, suite), (spoken, found)
    return {**found, "whole": True, "resumed": agreed[1] == "Reused",
            "temp_key": printed(said, r"Server Temp Key: (.*)"),
            "alpn": printed(said, r"ALPN protocol: (.*)"),
            "ems": printed(said, r"Extended master secret: (\w+)") == "yes",
            "secure_renegotiation": "Secure Renegotiation IS supported" in said}


def group_of(made, named):
    """The group in uptake's words, from s_client's "Server Temp Key"; `named`: the server's own DH parameters are
    RFC 7919's."""
    said = made["temp_key"]
    if said is None:
        return {"group_sight": "none"}
    for name, code in GROUPS.items():
        if name in said:
            return {"group_sight": "known", "group": f"0x{code:04x}"}
    # "DH": RFC 7919's group in TLS 1.3 and at a server that was given it; elsewhere one of RFC 3526 or its own.
    known = made["version"] == "TLS 1.3" or named
    return {"group_sight": "known", "group": "0x0100"} if known else {"group_sight": "custom_dh"}


def chosen(offered, version, protocol):
    """The application protocol in uptake's words; TLS 1.3 encrypts it."""
    if not offered or protocol is None and version != "TLS 1.3":
        return "absent"
    return "unobservable" if version == "TLS 1.3" else protocol if protocol in ("h2", "http/1.1") else "other"


class Sessions:
    """What all clients said of their connections, in order."""

    def __init__(self, client):
        self.client, self.rows = client, []

    def add(self, family, address, port, name, offer, made, **more):
        """offer: {alpn, h2, tls13, pq, ech, fallback}; made: fields of uptake's event, or None when the server
        refused."""
        event = {"client": self.client[family == 6], "server": address[family], "server_port": port, "name": name,
                 "client_hello": True, "offered_1_3": offer["tls13"], "pq_offered": offer.get("pq", False)}
        event.update({"sight": "complete", **made} if made else {"sight": "refused", "version": "unknown"})
        self.rows.append({"event": event, "offer": offer, "made": made, "certificates": [], **more})
        return self.rows[-1]


def logged(line):
    """A session as nginx logged it."""
    version = VERSIONS[line.version]
    group = "prime256v1" if line.group == "prime256v1" else line.group
    return {"version": version, "suite": f"0x{suites()[line.suite]:04x}", "resumed": line.reused == "r",
            "hello_retry": line.port == "8443", "group_sight": "known", "group": f"0x{GROUPS[group]:04x}"}


def settle(sessions, lines):
    """Adds to curl's words what nginx logged of the same connections, which were its first. (Of those of Chromium it
    logs only the ones that brought a request.)"""
    mine = [r for r in sessions.rows if r.get("nginx")]
    assert len(mine) <= len(lines), (len(mine), lines)
    for row, line in zip(mine, lines):
        said = logged(line)
        for key, value in said.items():
            assert row["event"].setdefault(key, value) == value, (key, row, line)


# --- what it means ---

SUITES = {"aes_128_gcm_sha256": "0x1301", "aes_256_gcm_sha384": "0x1302", "chacha20_poly1305_sha256": "0x1303",
          "ecdhe_ecdsa_aes_256_gcm_sha384": "0xc02c", "ecdhe_ecdsa_chacha20_poly1305": "0xcca9",
          "ecdhe_rsa_aes_128_gcm_sha256": "0xc02f", "ecdhe_rsa_aes_256_gcm_sha384": "0xc030",
          "dhe_rsa_aes_128_gcm_sha256": "0x009e", "dhe_rsa_aes_256_gcm_sha384": "0x009f",
          "ecdhe_rsa_aes_256_cbc_sha": "0xc014", "rsa_aes_256_gcm_sha384": "0x009d", "rsa_aes_128_cbc_sha": "0x002f"}
KNOWN_GROUPS = {"x25519": "0x001d", "x448": "0x001e", "secp256r1": "0x0017", "secp384r1": "0x0018",
                "secp521r1": "0x0019", "ffdhe2048": "0x0100", "x25519mlkem768": "0x11ec"}
RELEASES = {"1_3": "TLS 1.3", "1_2": "TLS 1.2", "1_1": "TLS 1.1", "1_0": "TLS 1.0"}
EPHEMERAL = {"DH", "ECDH", "DHEPSK", "ECDHEPSK"}  # as OpenSSL calls the key exchange of a suite


def exchange(e):
    """The key exchange of what was chosen, in OpenSSL's words; "any" for a suite of TLS 1.3."""
    return words(int(e["suite"], 16))["Kx"]


def forward_secret(e):
    if e["version"] == "TLS 1.3":
        return e["group_sight"] == "known"
    return SKIP if e["resumed"] else exchange(e) in EPHEMERAL


def post_quantum(e):
    """Of connections that exchange keys: RFC 10024's groups are for TLS 1.3, so RSA, DH and ECDH below it are none.
    What resumes without a group, or has nothing but a pre-shared key, exchanges none."""
    if e["group_sight"] == "known":
        return int(e["group"], 16) in web.PQ
    if e["version"] == "TLS 1.3" or e["resumed"] or exchange(e) == "PSK":
        return SKIP
    return False


def grouped(holds):
    return lambda e: SKIP if e["group_sight"] == "none" else holds(e)


# Of what a server chose; a refusal chose nothing.
CHOSEN = {"tls.version.modern": lambda e: e["version"] in ("TLS 1.2", "TLS 1.3"),
          **{f"tls.version.{k}": lambda e, v=v: e["version"] == v for k, v in RELEASES.items()},
          **{f"tls.suite.{k}": lambda e, code=code: e["suite"] == code for k, code in SUITES.items()},
          "tls.suite.aead": lambda e: words(int(e["suite"], 16))["Mac"] == "AEAD",
          "tls.suite.forward_secrecy": forward_secret,
          **{f"tls.group.{k}": grouped(lambda e, code=code: e.get("group") == code)
             for k, code in KNOWN_GROUPS.items()},
          "tls.group.custom_dh": grouped(lambda e: e["group_sight"] == "custom_dh"),
          "tls.group.finite_field": grouped(lambda e: e["group_sight"] == "custom_dh" or e["group"] == "0x0100"),
          "tls.pq.negotiated": post_quantum, "tls.resumed": lambda e: e["resumed"],
          "tls.hello_retry.absent": lambda e: not e["hello_retry"] if e["version"] == "TLS 1.3" else SKIP,
          "tls.alpn.h2": lambda e: {"absent": SKIP, "unobservable": None}.get(e["alpn"], e["alpn"] == "h2")}
# Of all: what was offered, and what became of it. Sessions that were refused took no offer and declined none.
ALL = {"tls.hello": lambda r: True, "tls.accepted": lambda r: bool(r["made"]), "dns.dot": lambda r: False,
       "tls.version.1_3.accepted": lambda r: r["event"]["version"] == "TLS 1.3" if r["made"] and r["offer"]["tls13"]
       else SKIP,
       "tls.offer.sni": lambda r: r["event"]["name"] is not None, "tls.offer.alpn": lambda r: r["offer"]["alpn"],
       "tls.offer.alpn.h2": lambda r: r["offer"].get("h2", False) if r["offer"]["alpn"] else SKIP,
       "tls.offer.1_3": lambda r: r["offer"]["tls13"],
       "tls.offer.no_fallback": lambda r: not r["offer"].get("fallback"),
       "tls.offer.ech": lambda r: r["offer"].get("ech", False), "tls.pq.offered": lambda r: r["event"]["pq_offered"],
       "tls.pq.share": lambda r: r["event"]["pq_share"] if r["event"]["pq_offered"] else SKIP,
       "tls.pq.accepted": lambda r: post_quantum(r["event"]) if r["made"] and r["event"]["pq_offered"] else SKIP}
BY_SERVER = ("tls.version.modern", *(f"tls.version.{k}" for k in RELEASES), "tls.version.1_3.accepted",
             "tls.suite.aead", "tls.suite.forward_secrecy", "tls.pq.negotiated", "tls.pq.accepted")
CERTIFICATE = {"valid": lambda c: c["chain"] == "trusted" and c["validity"] == "current" and
               c["name_match"] is not False,
               "current": lambda c: c["validity"] == "current",
               "name_match": lambda c: SKIP if c["name_match"] is None else c["name_match"],
               "ecdsa": lambda c: c["key"] == "ecdsa"}


def visible(row):
    """Certificates that travel in the clear: below TLS 1.3."""
    return row["certificates"] if row["made"] and row["event"]["version"] != "TLS 1.3" else []


def of_servers(rows, outcomes):
    """One outcome for each server (address, port, name), at its worst, that any of its connections says something
    of."""
    told = {}
    for row, outcome in zip(rows, outcomes):
        if outcome != SKIP:
            event = row["event"]
            told.setdefault((event["server"], event["server_port"], event["name"]), []).append(outcome)
    return [False if False in seen else True if True in seen else None for seen in told.values()]


def tell(truth, rows):
    """Events and counts."""
    for row in rows:
        truth.event("tls", **row["event"])
        for certificate in visible(row):
            truth.event("certificate", **{k: row["event"][k] for k in ("server", "server_port", "name")},
                        **certificate)
    judged = {measure: [judge(r["event"]) if r["made"] else SKIP for r in rows] for measure, judge in CHOSEN.items()}
    judged.update({measure: [judge(r) for r in rows] for measure, judge in ALL.items()})
    for measure, outcomes in judged.items():
        truth.share(measure, "connections", outcomes)
    for measure in BY_SERVER:
        truth.share(measure, "servers", of_servers(rows, judged[measure]))
    servers = [c for r in rows for c in visible(r) if c["side"] == "server"]
    # TLS 1.3 encrypts the certificates, and a resumed session of any version sends none.
    hidden = sum(bool(r["made"]) and (r["event"]["version"] == "TLS 1.3" or r["event"]["resumed"]) for r in rows)
    for measure, holds in CERTIFICATE.items():
        truth.share(f"tls.certificate.{measure}", "connections",
                    [o for o in map(holds, servers) if o != SKIP] + [None] * hidden)
