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
from hosts.exchangers import SENDER, domain, facing, middlebox, receiver, records, sender, submit
from scenarios.smtp_hosts import CLIENT, CLIENTS, EXCHANGERS, MAILS, SUBMISSION, certificates, client, other
from told import mail_sessions
from told.mail_sessions import Session

PACKAGES = ("postfix", "exim4-daemon-light", "swaks", "libio-socket-inet6-perl", "libnet-ssleay-perl", "sasl2-bin",
            "libsasl2-modules", "openssl", "nsd", "ldnsutils", "nftables", "tcpdump", "iproute2", *verdicts.PACKAGES)
PROGRAMS = ("postfix", exim.PROGRAM, "swaks", "saslpasswd2", "openssl", "nsd", "unbound", "ldns-signzone", "nft",
            "tcpdump", "python3")


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
    tlsa = certificates(keys)
    anchor = names.authority(lab, folder / "authority", records(EXCHANGERS, MAILS, tlsa))
    names.resolver(lab, folder / "resolver", anchor, more=dnstap.UNBOUND.format(path=collector.path))
    lab.host("sender", *SENDER)
    lab.host("client", *CLIENT)
    servers = {"postfix": receiver(lab, folder / "receiver", EXCHANGERS, keys, SUBMISSION),
               "exim": other(lab, folder / "exim", keys)}
    giving = sender(lab, folder / "sender", MAILS, keys)
    relay = middlebox(lab, folder, EXCHANGERS)
    for host in ("receiver", "sender"):
        lab.listening(host, 25, patience=20)
    for server in (servers["postfix"], giving):
        server.await_text("daemon started")
    for server in (*servers.values(), giving):
        server.cut()
    steps, said = [], []
    with lab.mirrored(capture):
        for case in MAILS:
            sent = submit(lab, giving, case)
            taking = servers[EXCHANGERS[case.exchanger].server]
            taking.await_session()
            received = taking.cut()
            steps.append((case, sent, received, taking.heard(received)))
        for words, address, port in CLIENTS:
            taking = servers[next(m.server for m in EXCHANGERS.values() if m.address == address)]
            printed = client(lab, words, address, port)
            taking.await_session()
            received = taking.cut()
            lines = printed if taking is servers["exim"] else received
            said.append(Session(address, port, "client", taking.heard(received), lines))
        collector.settle()
    tell(truth, tlsa, steps, said, relay.read_text())
    return anchor


def tell(truth, tlsa, steps, said, relayed):
    truth.source("postfix: maillog of the sender and of the receiver, with every line of SMTP that each saw",
                 "exim: mainlog", "swaks: what it prints (of exim)",
                 "smtp_relay.py: its own record of what it changed")
    changes = collections.defaultdict(list)
    for row in map(json.loads, relayed.splitlines()):
        changes[row["address"]].append(row)
    every, found, reasons = [], [], {}
    for case, sent, received, heard in steps:
        mx = EXCHANGERS[case.exchanger]
        legs = mail_sessions.sessions_of(mx, heard, received, sent, changes[facing(mx)])
        status, why = mail_sessions.outcome(re.search(r".*smtp\[\d+\]: \w+: to=<.*", sent)[0])
        reasons[f"{case.user}@{domain(case)}"] = f"{status}: {re.sub(' queued as .*| OK id=.*', '', why)}"
        for leg in legs:
            mail_sessions.record(truth, leg, outcome=status)
        if case.level == "dane":
            found.append(mail_sessions.dane(truth, case.exchanger, tlsa.get(mx.tlsa, ()), sent, legs[0]))
        every += legs
    for session in said:
        mail_sessions.record(truth, session, outcome="sent" if session.data else "quit")
        every.append(session)
    truth.note(sender_said=reasons)
    mail_sessions.counts(truth, every, found)
