"""What a session with a mail server, and a delivery by DANE, shows, told from what both ends logged of it."""
import re

from hosts.exchangers import family

SUBMISSION_PORTS = (465, 587)


class Session:
    """One TCP connection to an SMTP server: what the server heard, and what an end of this connection logged of the
    lines that were said before TLS."""

    def __init__(self, server, port, peer, heard, said):
        self.server, self.port, self.peer, self.tls = server, port, peer, heard.tls
        self.ehlo, self.starttls, self.data, self.auth = heard.ehlo, heard.starttls, heard.data, heard.auth
        self.offered, self.utf8 = ("250" in said and re.search(rf"250[- ]{word}\b", said) is not None
                                   for word in ("STARTTLS", "SMTPUTF8"))
        self.injected = self.mark = self.sni = None


def sessions_of(mx, heard, received, sent, changes):
    """The connections that one mail made where the mirror sees it, in order of their beginning: two with a middlebox
    that has an address of its own. exim logs no lines; what it offered is in the sender's log, and so is the SNI."""
    lines = sent if mx.server == "exim" else received
    onward = Session(mx.address, 25, "sender" if not mx.relay else "middlebox", heard, lines)
    onward.injected = "command" if mx.relay == "command" else None
    sni = re.search(r"SNI hostname: (\S+)", sent)
    onward.sni = sni and sni[1]
    if not mx.relay:
        return [onward]
    first = Session(changes.pop(0)["address"], 25, "sender", heard, sent)
    first.mark = {"mask": "masked", "cut": "removed"}.get(mx.relay)
    first.sni = onward.sni
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
        state = session.starttls if session.offered and session.ehlo else "not offered"
        state = "masked" if session.mark == "masked" else state
        facts.update(ehlo=session.ehlo, starttls=state)
        if session.ehlo:
            facts.update(starttls_offered=session.offered, smtputf8_offered=session.utf8)
        if session.mark:
            facts["strip"] = session.mark
        if session.injected:
            facts["injected"] = session.injected
        truth.event("smtp", **row, **facts)
    if session.tls:
        row.update({"name": session.sni} if session.sni else {})
        truth.event("tls", **row, transport="tcp", resumed=False, client_hello=True, sight="complete", **session.tls)


def outcome(sent):
    """(status, why) of the sender's last word about a mail."""
    status = re.search(r"status=(\w+) \((.*)\)", sent)
    return status[1], status[2]


# What an exchanger with usable TLSA records does not pass by, as the sender says it.
FAILED = {"certificate has expired": "expired", "hostname mismatch": "name mismatch"}
PASSED = {"verified": True, "mismatch": False, "expired": False, "name mismatch": False, "no STARTTLS": False,
          "STARTTLS refused": False}


def found_by_dane(sent):
    """What the sender says of an exchanger's TLSA records: a word of PASSED, or why there was nothing to pass."""
    _, why = outcome(sent)
    if "Verified TLS connection established to" in sent:
        return "verified"
    if "TLSA records unusable" in sent:
        return "unusable TLSA"
    if "no TLSA records found" in sent:
        return "no TLSA"
    if "not offered" in why or "refused to start TLS" in why:
        return "no STARTTLS" if "not offered" in why else "STARTTLS refused"
    failure = re.search(r"certificate verification failed for \S+: (?:num=\d+:)?(.*)", sent)
    return FAILED.get(failure[1], "mismatch")


def dane(truth, name, records, sent, session):
    """What the sender found of an exchanger that it delivers to by DANE; `records`: the data of its TLSA records.
    Returns that, and the TLS version."""
    found = found_by_dane(sent)
    if found == "no TLSA" and records:
        found = "insecure TLSA"  # the sender asks for none where the host's address is not secure
    fields = {"server": session.server, "server_port": 25, "name": name, "outcome": found,
              "delivered": outcome(sent)[0] == "sent"}
    parameters = ", ".join(sorted({" ".join(data.split()[:3]) for data in records}))
    truth.event("dane", **fields, **({"tlsa": parameters} if parameters else {}))
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
    # The wire does not tell a sender that found no records to go by from one that does not go by DANE: what DANE does
    # not apply to is not counted.
    truth.share("dane.verified", "connections", [PASSED[outcome] if version != "TLS 1.3" else None
                                                 for outcome, version in found if outcome in PASSED])
