"""Mail between a postfix that sends, and a postfix and an exim that receive under many names; clients that submit.

STARTTLS offered and used, offered and left unused, not offered, refused (454), demanded (530), taken out of or masked
in the EHLO reply by a middlebox, and with clear text put after it in either direction; implicit TLS at port 465,
submission at 587, both with AUTH, taken and refused, and AUTH in clear; HELO alone, SMTPUTF8 taken and not taken;
DANE with usages 3 and 2, a TLSA record that does not match, one in an unsigned zone, and one whose STARTTLS was taken
away. Each with TLS 1.2 and 1.3 wherever TLS comes about. A middlebox with addresses of its own ends TCP, so its
sessions are there twice: from the sender to it, and from it to the receiver. One in the route is unseen: its sessions
are there once, under the receiver's address. The sender asks a validating resolver (unbound), which asks the authority
(nsd): both sides are in the capture.
"""
import collections
import json
import re

from hosts import dnstap, exim, names, verdicts
from scenarios.smtp_hosts import (CLIENT, CLIENTS, EXCHANGERS, MAILS, SENDER, SUBMIT, certificates, client, domain,
                                  facing, family, middlebox, other, receiver, records, sender)

PACKAGES = ("postfix", "exim4-daemon-light", "swaks", "libio-socket-inet6-perl", "libnet-ssleay-perl", "sasl2-bin",
            "libsasl2-modules", "openssl", "nsd", "ldnsutils", "nftables", "tcpdump", "iproute2", *verdicts.PACKAGES)
PROGRAMS = ("postfix", exim.PROGRAM, "swaks", "saslpasswd2", "openssl", "nsd", "unbound", "ldns-signzone", "nft",
            "tcpdump", "python3")
SUBMISSION_PORTS = (465, 587)
CLASSES = {"Verified": "verified", "Trusted": "trusted", "Untrusted": "untrusted", "Anonymous": "anonymous"}


class Session:
    """One TCP connection to an SMTP server: what the server heard, and what an end of this connection logged of the
    lines that were said before TLS."""

    def __init__(self, server, port, peer, heard, said):
        self.server, self.port, self.peer, self.tls = server, port, peer, heard.tls
        self.ehlo, self.starttls, self.data, self.auth = heard.ehlo, heard.starttls, heard.data, heard.auth
        self.offered, self.utf8 = ("250" in said and re.search(rf"250[- ]{word}\b", said) is not None
                                   for word in ("STARTTLS", "SMTPUTF8"))
        self.injected = self.mark = None


def sessions_of(heard, received, sent, case, changes):
    """The connections that one mail made where the mirror sees it, in order of their beginning: two with a middlebox
    that has an address of its own. exim logs no lines; what it offered is in the sender's log."""
    mx = EXCHANGERS[case.exchanger]
    lines = sent if mx.server == "exim" else received
    onward = Session(mx.address, 25, "sender" if not mx.relay else "middlebox", heard, lines)
    onward.injected = "command" if mx.relay == "command" else None
    if not mx.relay:
        return [onward]
    first = Session(changes.pop(0)["address"], 25, "sender", heard, sent)
    first.mark = {"mask": "masked", "cut": "removed"}.get(mx.relay)
    first.injected = "reply" if mx.relay == "reply" else None
    assert first.offered == (not first.mark) and ("250-XXXXXXXA" in sent) == (first.mark == "masked"), sent
    return [first] if mx.through else [first, onward]


def record(truth, session, **more):
    """The events of one connection."""
    row = {"server": session.server, "server_port": session.port}
    facts = {**more}
    if session.auth:
        facts["auth"] = {**session.auth, "in_clear": session.tls is None}
    if session.port == 465:
        truth.event("smtp", **row, implicit_tls=True, **facts)
    else:
        state = ("stripped" if session.mark else session.starttls if session.offered and session.ehlo
                 else "not offered")
        facts.update(ehlo=session.ehlo, starttls=state)
        if session.ehlo:
            facts.update(starttls_offered=session.offered, smtputf8_offered=session.utf8)
        if session.mark:
            facts["strip"] = session.mark
        if session.injected:
            facts["injected"] = session.injected
        truth.event("smtp", **row, **facts)
    if session.tls:
        truth.event("tls", **row, transport="tcp", resumed=False, client_hello=True, sight="complete", **session.tls)


def outcome(sent):
    """(status, why) of the sender's last word about a mail."""
    status = re.search(r"status=(\w+) \((.*)\)", sent)
    return status[1], status[2]


def dane(truth, case, sent, session):
    """What the sender found of an exchanger with a TLSA record."""
    mx = EXCHANGERS[case.exchanger]
    trust = re.search(r"(\w+) TLS connection established to", sent)
    trust = CLASSES[trust[1]] if trust else None
    status, why = outcome(sent)
    if mx.tlsa is None:
        found = "no TLSA"
    elif trust == "verified":
        found = "verified"
    elif status == "sent":
        found = "insecure TLSA"
    else:
        found = "no STARTTLS" if "not offered" in why else "mismatch"
    usage = {"ee": "3 1 1", "other": "3 1 1", "ta": "2 0 1", None: None}[mx.tlsa]
    fields = {"server": session.server, "server_port": 25, "name": case.exchanger, "outcome": found,
              "delivered": status == "sent"}
    truth.event("dane", **fields, **({"tlsa": usage} if usage else {}))
    return found, session.tls and session.tls["version"]


def tally(truth, measure, told):
    """One measure of (session, outcome), in all and by family."""
    told = list(told)
    truth.share(measure, "connections", [outcome for _, outcome in told])
    for version in "46":
        mine = [outcome for session, outcome in told if family(session.server) == version]
        truth.share(measure, "connections", mine, family=f"ipv{version}")


def counts(truth, sessions, found):
    """What a perfect observer at the mirror port would count. A TLS 1.3 certificate is hidden from it, and AUTH under
    TLS: a submission that began TLS says AUTH under it, if at all."""
    clear = [s for s in sessions if s.port != 465]
    asked = [s for s in clear if s.ehlo]
    begun = [s for s in asked if s.starttls != "unused"]
    secure = [s for s in sessions if s.tls]
    submitting = [s for s in sessions if s.port in SUBMISSION_PORTS]
    tally(truth, "smtp.ehlo", [(s, s.ehlo) for s in clear])
    tally(truth, "smtp.starttls.offered", [(s, s.offered) for s in asked])
    tally(truth, "smtp.starttls.used", [(s, bool(s.tls)) for s in asked if s.offered])
    tally(truth, "smtp.starttls.accepted", [(s, s.starttls == "used") for s in begun])
    tally(truth, "smtp.starttls.unmasked", [(s, True if s.offered else False if s.mark == "masked" else None)
                                            for s in asked])
    tally(truth, "smtp.starttls.clean", [(s, s.injected is None) for s in begun if s.starttls == "used"])
    tally(truth, "smtp.tls", [(s, bool(s.tls)) for s in sessions])
    tally(truth, "smtp.tls.implicit", [(s, s.port == 465) for s in secure])
    tally(truth, "smtp.submission.tls", [(s, bool(s.tls)) for s in submitting])
    tally(truth, "smtp.submission.auth_under_tls", [(s, bool(s.tls)) for s in submitting if s.tls or s.auth])
    tally(truth, "smtp.smtputf8.offered", [(s, s.utf8) for s in asked])
    tally(truth, "tls.hello", [(s, True) for s in secure])
    tally(truth, "tls.version.modern", [(s, s.tls["version"] in ("TLS 1.3", "TLS 1.2")) for s in secure])
    tally(truth, "tls.version.1_3", [(s, s.tls["version"] == "TLS 1.3") for s in secure])
    tally(truth, "tls.version.1_2", [(s, s.tls["version"] == "TLS 1.2") for s in secure])
    seen = {"verified": True, "mismatch": False, "no STARTTLS": False}
    truth.count("dane.verified", "connections", not_applicable=sum(f not in seen for f, _ in found), **{
        word: sum(f in seen and (None if v == "TLS 1.3" else seen[f]) is value for f, v in found)
        for word, value in (("passes", True), ("fails", False), ("unobservable", None))})


def play(lab, folder, capture, truth):
    collector = dnstap.Collector(folder / "dnstap.sock")
    try:
        anchor = deliver(lab, folder, capture, truth, collector)
    finally:
        collector.close()
    verdicts.tell(lab, truth, collector.rows, names.RESOLVER, folder / "verdicts", anchor, names.HINTS)


def deliver(lab, folder, capture, truth, collector):
    """All mails and sessions; returns the trust anchor."""
    keys = folder / "pki"
    extra = records(certificates(keys))
    anchor = names.authority(lab, folder / "authority", extra)
    names.resolver(lab, folder / "resolver", anchor, more=dnstap.UNBOUND.format(path=collector.path))
    lab.host("sender", *SENDER)
    lab.host("client", *CLIENT)
    servers = {"postfix": receiver(lab, folder / "receiver", keys), "exim": other(lab, folder / "exim", keys)}
    giving = sender(lab, folder / "sender", keys)
    relay = middlebox(lab, folder)
    for host in ("receiver", "sender"):
        lab.listening(host, 25, patience=20)
    for server in (servers["postfix"], giving):
        server.await_text("daemon started")
    for server in (*servers.values(), giving):
        server.cut()
    steps, said = [], []
    with lab.mirrored(capture):
        for case in MAILS:
            to = f"{case.user}@{domain(case)}"
            lab.run("sender", "python3", "-c", SUBMIT, to)
            giving.await_text(rf"smtp\[\d+\]: \w+: to=<{re.escape(to)}>.*status=")
            taking = servers[EXCHANGERS[case.exchanger].server]
            taking.await_session()
            received = taking.cut()
            steps.append((case, giving.cut(), received, taking.heard(received)))
        for words, address, port in CLIENTS:
            taking = servers[next(m.server for m in EXCHANGERS.values() if m.address == address)]
            printed = client(lab, words, address, port)
            taking.await_session()
            received = taking.cut()
            lines = printed if taking is servers["exim"] else received
            said.append(Session(address, port, "client", taking.heard(received), lines))
        collector.settle()
    tell(truth, steps, said, relay.read_text())
    return anchor


def tell(truth, steps, said, relayed):
    truth.source("postfix: maillog of the sender and of the receiver, with every line of SMTP that each saw",
                 "exim: mainlog", "swaks: what it prints (of exim)",
                 "smtp_relay.py: its own record of what it changed")
    changes = collections.defaultdict(list)
    for row in map(json.loads, relayed.splitlines()):
        changes[row["address"]].append(row)
    every, found, reasons = [], [], {}
    for case, sent, received, heard in steps:
        legs = sessions_of(heard, received, sent, case, changes[facing(case.exchanger)])
        status, why = outcome(re.search(r".*smtp\[\d+\]: \w+: to=<.*", sent)[0])
        reasons[f"{case.user}@{domain(case)}"] = f"{status}: {re.sub(' queued as .*| OK id=.*', '', why)}"
        for leg in legs:
            record(truth, leg, outcome=status)
        if case.level == "dane":
            found.append(dane(truth, case, sent, legs[0]))
        every += legs
    for session in said:
        record(truth, session, outcome="sent" if session.data else "quit")
        every.append(session)
    truth.note(sender_said=reasons)
    counts(truth, every, found)
