"""QUIC over IPv4 and IPv6: Chromium at caddy (HTTP/3), Chromium and ngtcp2's client at ngtcp2's server.

Version 1, with a ClientHello that is longer than one Initial and whose CRYPTO frames are shuffled, and with one that
fits; HTTP/3 found by an HTTPS record; Encrypted ClientHello offered to a name whose HTTPS record has an ECHConfig, to
a server that does not have it, so that a second connection without it follows; Retry; version 2 (RFC 9369), answered
with Version Negotiation; a connection of version 1 that the server goes on with in the version of RFC 9369's draft
(compatible version negotiation, RFC 9368); the DNS questions that Chromium asks for this.

The ClientHello of the last connection cannot be read: ngtcp2 0.12.1 knows no version 2 but that of the draft, and seals
what it calls version 2 (0x6b3343cf) as draft 29: with the salt of draft 29, and the type bits of version 1. Who follows
RFC 9369 takes its first packet for a Retry. It is counted by the Version Negotiation that answers it.
"""
import re

from hosts import names, ngtcp2, pki, web
from network import run

PACKAGES = ("caddy", "chromium", "ngtcp2-client", "ngtcp2-server", "unbound", "openssl", "tcpdump", "iproute2")
PROGRAMS = ("caddy", "chromium", "gtlsclient", "gtlsserver", "unbound", "openssl", "tcpdump")
CLIENT = ("198.18.1.10", "2001:db8:1::10")
CADDY = {4: "198.18.2.81", 6: "2001:db8:2::81"}
RETRY, DRAFT = ({4: f"198.18.2.{n}", 6: f"2001:db8:2::{n}"} for n in (82, 83))  # what ngtcp2's servers differ in
PUBLIC_NAME = "public.example.test"
V1, V2 = "0x00000001", "0x6b3343cf"


def ech_config(folder):
    """An ECHConfigList with a key that is made for it."""
    run("openssl", "genpkey", "-algorithm", "X25519", "-out", "ech.key", cwd=folder)
    run("openssl", "pkey", "-in", "ech.key", "-pubout", "-outform", "DER", "-out", "ech.der", cwd=folder)
    return pki.ech_config((folder / "ech.der").read_bytes()[-32:], PUBLIC_NAME)


def zone(ech):
    """Lines of unbound's server clause: the names of this scenario, and a log of questions and answers."""
    lines = ["local-zone: example.test. static", "log-queries: yes", "log-replies: yes", "log-time-ascii: no"]
    for name, more in (("h3", ""), ("secret", f' ech="{ech}"')):
        host = f"{name}.example.test. 300 IN"
        for record in (f"A {CADDY[4]}", f"AAAA {CADDY[6]}", f'HTTPS 1 . alpn="h3,h2"{more}'):
            lines.append(f"local-data: '{host} {record}'")
    return "\n".join("  " + line for line in lines)


# tag: (name asked for, family or None for both by DNS, more options of Chromium)
PAGES = {
    "v1-ipv4": ("www", 4, ["--origin-to-force-quic-on=www.example.test:443"]),
    "v1-ipv6": ("www", 6, ["--origin-to-force-quic-on=www.example.test:443"]),
    "retry": ("retry", 4, ["--origin-to-force-quic-on=retry.example.test:443"]),
    "v2": ("www", 4, ["--origin-to-force-quic-on=www.example.test:443", "--quic-version=RFCv2"]),
    "record": ("h3", None, []),
    "ech": ("secret", None, []),
    # Without this option Chromium gives QUIC up when the server's issuer is none of those it was shipped with.
    "ech-forced": ("secret", None, ["--origin-to-force-quic-on=secret.example.test:443"]),
}
# Visits of ngtcp2's client: (name, address, options). ngtcp2 0.12.1 has no version 2 but that of the draft.
VISITS = [
    ("retry.example.test", RETRY[4], []), ("retry.example.test", RETRY[6], []),
    ("draft.example.test", DRAFT[4], ["--other-versions=v1"]),
    ("draft.example.test", DRAFT[6], ["--other-versions=v2draft,v1"]),
    ("draft.example.test", DRAFT[4], [f"--version={V2}"]),
]


def at(name, family):
    return (RETRY if name == "retry" else CADDY)[family]


def page(lab, folder, tag, pin):
    name, family, flags = PAGES[tag]
    host = f"{name}.example.test"
    before, rules = (), "MAP * ~NOTFOUND,EXCLUDE *.example.test"
    if family:
        address = at(name, family)
        rules = f"MAP {host} {address if family == 4 else f'[{address}]'},MAP * ~NOTFOUND"
    else:
        before = names.use_resolver(lab, "client", folder, addresses=names.RESOLVER[:1])
    return web.chromium(lab, folder, "client", f"https://{host}/", tag, *flags, f"--host-resolver-rules={rules}",
                        pin=pin, before=before)


def connections(truth, tag, log, rows):
    """QUIC and TLS connections of one page, by Chromium's log; what was served, by caddy's, which says no version
    and no suite of QUIC."""
    name, family, _ = PAGES[tag]
    family = family or 4  # no route leads out of the lab, so Chromium asks for no AAAA
    where = {"client": CLIENT[family == 6], "server": at(name, family), "server_port": 443}
    for session in log.quic():
        event = {**where, "name": PUBLIC_NAME if session["ech"] else session["host"],
                 "version_negotiation": bool(session["offered"]),
                 "handshake": "complete" if session["complete"] else "broken_off",
                 "ech": True, "ech_sort": "offered" if session["ech"] else "grease",
                 **{k: session[k] for k in ("version", "destination_id", "retry", "hello_octets", "hello_initials",
                                            "hello_shuffled")},
                 **{k: session[k] for k in ("negotiated_version", "alpn", "suite", "group") if session[k]}}
        if session["port"]:
            event["client_port"] = session["port"]
        served = {r["proto"] for r in rows if (r["remote_ip"], int(r["remote_port"])) ==
                  (event["client"], session["port"]) and r["host"] == session["host"]}
        if served:
            (event["served"],) = served
        truth.event("quic", **event)
        truth.event("tls", **inside(event))
    for name, offer, made in log.tls():
        result = {"sight": "complete", **made} if made else {"sight": "refused"}
        truth.event("tls", **where, carrier="tcp", name=name, offered_1_3=offer["tls13"], pq_offered=offer["pq"],
                    pq_share=offer["pq_share"], client_hello=True, **result)


def inside(event):
    """The TLS session that a QUIC connection carries, in the words of tls events."""
    ends = {k: event[k] for k in ("client", "client_port", "server", "server_port", "name") if k in event}
    made = {"sight": "complete", "version": "TLS 1.3", **{k: event[k] for k in ("suite", "group") if k in event}}
    return {**ends, "carrier": "quic", "client_hello": True,
            **(made if "suite" in event else {"sight": "no_server_hello"})}


def sealed(visit):
    """What can be seen of a connection in version 2 of ngtcp2 0.12.1, which takes a version that it does not know for
    draft 29: nobody who follows RFC 9369 opens its Initials."""
    hidden = ("name", "ech", "hello_octets", "hello_initials", "hello_shuffled")
    return {**{k: v for k, v in visit.items() if k not in hidden}, "hello": "sealed"}


def questions(truth, path):
    """The resolver's log of what it was asked and what it answered."""
    for line in path.read_text().splitlines():
        found = re.search(r"info: (\S+) (\S+)\. (\w+) IN(?: (\w+) )?", line)
        if found:
            told = {"message": "response", "rcode": found[4]} if found[4] else {"message": "query"}
            truth.event("dns", client=found[1], server=names.RESOLVER[0], name=found[2], qtype=found[3], **told)


def counts(truth):
    events = truth.document["events"]
    quic = [e for e in events if e["type"] == "quic"]
    tls = [e for e in events if e["type"] == "tls" and e["carrier"] == "tcp"]
    answered = [e for e in quic if "negotiated_version" in e or e["version_negotiation"]]
    for measure, outcomes in (
            ("quic.version.1", [e["version"] == V1 for e in quic]),
            ("quic.version.2", [e["version"] == V2 for e in quic]),
            ("quic.version.kept", [e["version"] == e.get("negotiated_version") for e in answered]),
            ("quic.accepted", [not e["version_negotiation"] for e in quic]),
            ("quic.retry.absent", [not e["retry"] for e in quic]),
            ("quic.offer.ech", [e.get("ech") for e in quic]),
            ("tls.hello", [True for _ in tls]), ("tls.accepted", [e["sight"] == "complete" for e in tls]),
            ("tls.version.1_3", [e["version"] == "TLS 1.3" for e in tls if "version" in e]),
            ("tls.pq.offered", [e["pq_offered"] for e in tls]),
            ("tls.pq.share", [e["pq_share"] for e in tls if e["pq_offered"]])):
        truth.share(measure, "connections", outcomes, **({"vantage": "tcp"} if measure.startswith("tls.") else {}))


def play(lab, folder, capture, truth):
    keys = folder / "pki"
    pki.authority(keys)
    pki.leaf(keys, "ec", "www.example.test", "*.example.test")
    pair = keys / "ec.chain.pem", keys / "ec.key"
    names.resolver(lab, folder / "resolver", "", server=zone(ech_config(keys)))
    lab.host("client", *CLIENT)
    for host, addresses in (("caddy", CADDY), ("retry", RETRY), ("draft", DRAFT)):
        lab.host(host, *addresses.values())
    web.caddy(lab, folder / "caddy", "caddy", *pair)
    retrying = ngtcp2.Server(lab, folder / "retry-server", "retry", *pair, "--validate-addr")
    ngtcp2.Server(lab, folder / "draft-server", "draft", *pair, "--preferred-versions=v2draft,v1")
    pin, logs = web.pin(keys, "ec"), {}
    with lab.mirrored(capture):
        for tag in PAGES:
            logs[tag] = page(lab, folder, tag, pin)[1]
        visits = [ngtcp2.visit(lab, folder, "client", address, name, *flags) for name, address, flags in VISITS]
    truth.source("Chromium: --log-net-log", "caddy: access log", "gtlsclient: what it and GnuTLS print",
                 "gtlsserver: what it prints", "unbound: log-queries, log-replies")
    rows = [row["request"] for row in web.caddy_log(folder / "caddy")]
    for tag, log in logs.items():
        connections(truth, tag, log, rows)
    for visit in visits:
        if visit["version"] == V2:
            truth.event("quic", **sealed(visit))
            continue
        truth.event("quic", **visit)
        truth.event("tls", **inside(visit))
    told = {(e["client"], e["client_port"]) for e in truth.document["events"] if e.get("retry")}
    assert told == retrying.retried(), (told, retrying.retried())
    questions(truth, folder / "resolver" / "unbound.log")
    counts(truth)
    truth.note(served=[{k: r[k] for k in ("proto", "host", "remote_ip")} for r in rows],
               closed={tag: [s["close"] for s in log.quic()] for tag, log in logs.items()})
