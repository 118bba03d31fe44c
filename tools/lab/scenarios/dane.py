"""Mail by DANE (RFC 7672): a postfix that sends, and one that receives under 28 names whose TLSA records differ.

3 1 1, 3 0 1, 3 1 2, 2 1 1 and 2 0 1 that fit; pairs of a roll-over; records that fit no certificate; usages 0 and 1,
alone and beside usage 3; a digest too short and an unknown selector; certificates that are over, or of another name,
under usages 3 and 2; a chain without the authority that usage 2 names; a self-signed certificate; no STARTTLS in spite
of a TLSA record, and one that is refused; a zone that is not signed, a TLSA record whose signature is wrong, a name
with none; an exchanger by an alias. Each with TLS 1.2 and 1.3. A middlebox in the sender's route takes STARTTLS away
from two exchangers; a client reaches both another way, and sees it. The sender asks a validating resolver (unbound),
which asks the authority (nsd): both sides are in the capture.
"""
import collections
import json
import re

import dns.rdatatype as rr

from hosts import dnstap, mail, names, verdicts, zones
from hosts.exchangers import SENDER, domain, facing, middlebox, receiver, records, sender, submit
from hosts.signed_zone import SignedZone
from scenarios import dane_hosts
from scenarios.dane_hosts import ALIAS, EXCHANGERS, MAILS, PATHS, SPOILED, TARGET, WITH_ALIASES
from scenarios.smtp_hosts import CLIENT, NEW, OLD, SWAKS, client
from told import mail_sessions

PACKAGES = ("postfix", "swaks", "libio-socket-inet6-perl", "libnet-ssleay-perl", "openssl", "nsd", "ldnsutils",
            "nftables", "python3-cryptography", "tcpdump", "iproute2", *verdicts.PACKAGES)
PROGRAMS = ("postfix", "swaks", "openssl", "nsd", "unbound", "ldns-signzone", "nft", "tcpdump", "python3")


def authority(lab, folder, tlsa):
    """The authority; returns the trust anchor."""
    extra = records(EXCHANGERS, MAILS, tlsa)
    extra["example.test."].append(f"{ALIAS}. 300 IN CNAME {TARGET}.")
    files, anchor = zones.make(folder, extra, dane_hosts.ZONES)
    zone = SignedZone(files["p256.test."], "p256.test.", None, None)
    zone.spoil(f"_25._tcp.{SPOILED.split('.')[0]}", rr.TLSA)
    zone.write()
    names.nsd(lab, folder, files)
    return anchor


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
    tlsa = dane_hosts.certificates(keys)
    anchor = authority(lab, folder / "authority", tlsa)
    names.resolver(lab, folder / "resolver", anchor, more=dnstap.UNBOUND.format(path=collector.path))
    lab.host("sender", *SENDER)
    lab.host("client", *CLIENT)
    taking = receiver(lab, folder / "receiver", EXCHANGERS, keys)
    giving = sender(lab, folder / "sender", MAILS, keys)
    relay = middlebox(lab, folder, EXCHANGERS)
    for host, server in (("receiver", taking), ("sender", giving)):
        lab.listening(host, 25, patience=20)
        server.await_text("daemon started")
        server.cut()
    steps, said = [], []
    with lab.mirrored(capture):
        for case in MAILS:
            sent = submit(lab, giving, case)
            if connected(sent):
                taking.await_session()
            steps.append((case, sent, taking.cut()))
        for address in PATHS:
            for version in (NEW, OLD):
                client(lab, [*SWAKS, "-tls", *version], address, 25)
                taking.await_session()
                said.append((address, taking.cut()))
        collector.settle()
    tell(truth, tlsa, steps, said, relay.read_text())
    return anchor


def connected(sent):
    return "smtp_connect_addr: trying" in sent


def tell(truth, tlsa, steps, said, relayed):
    truth.source("postfix: maillog of the sender and of the receiver, with every line of SMTP that each saw",
                 "smtp_relay.py: its own record of what it changed")
    changes = collections.defaultdict(list)
    for row in map(json.loads, relayed.splitlines()):
        changes[row["address"]].append(row)
    every, found, reasons = [], [], {}
    for case, sent, received in steps:
        status, why = mail_sessions.outcome(re.search(r".*smtp\[\d+\]: \w+: to=<.*", sent)[0])
        reasons[f"{case.user}@{domain(case)}"] = f"{status}: {re.sub(' queued as .*', '', why)}"
        if not connected(sent):
            continue
        mx = WITH_ALIASES[case.exchanger]
        legs = mail_sessions.sessions_of(mx, mail.Postfix.heard(received), received, sent, changes[facing(mx)])
        for leg in legs:
            mail_sessions.record(truth, leg)
        records_of = tlsa.get(TARGET if case.exchanger == ALIAS else case.exchanger, ())
        found.append(mail_sessions.dane(truth, case.exchanger, records_of, sent, legs[0]))
        every += legs
    for address, received in said:
        session = mail_sessions.Session(address, 25, "client", mail.Postfix.heard(received), received)
        mail_sessions.record(truth, session)
        every.append(session)
    paths = {address: {"sender": [leg.offered for leg in every if (leg.server, leg.peer) == (address, "sender")],
                       "client": [leg.offered for leg in every if (leg.server, leg.peer) == (address, "client")]}
             for address in PATHS}
    truth.note(sender_said=reasons, starttls_offered_on_the_way_of=paths)
    mail_sessions.counts(truth, every, found)
