"""What uptake's events say of a capture, as counts under the names of tshark.py."""
import collections

import names

FLAGS = ("ad", "cd", "rd", "tc", "aa", "ra", "edns", "do", "cookie")
FFDHE = range(0x0100, 0x0105)  # tshark does not recognise these in a ServerKeyExchange


def count_message(counts, event):
    side = "queries" if event["message"] == "query" else "responses"
    counts["dns." + side] += 1
    counts["dns.messages.tcp"] += event["tcp"]
    for flag in FLAGS:
        counts[f"dns.{side}.{flag}"] += event.get(flag, False)
    counts[f"dns.{side}.qtype.{event['qtype']}"] += 1
    if side == "responses":
        counts["dns.responses.rcode." + event["rcode"]] += 1
        for kind in event["seen"]:
            counts["dns.responses.seen." + kind] += 1


def count_rtr(counts, event):
    if event["type"] == "rtr_table":
        counts["rtr.tables"] += 1
    if event["type"] == "rtr":
        counts["rtr.prefixes"] += event["vrps_announced"] + event["vrps_withdrawn"]
        counts["rtr.queries.reset"] += event["reset_queries"]
        counts["rtr.queries.serial"] += event["serial_queries"]


# What is said of STARTTLS when it was asked for.
REQUESTS = ("requested", "refused", "accepted", "used")


def count_smtp(counts, event):
    if event["implicit_tls"]:
        return
    counts["smtp.sessions"] += 1
    counts["smtp.ehlo"] += event.get("ehlo", False)
    counts["smtp.starttls.offered"] += event.get("starttls_offered", False)
    counts["smtp.starttls.requested"] += event["starttls"] in REQUESTS
    counts["smtp.starttls.accepted"] += event["starttls"] in ("accepted", "used")
    counts["smtp.starttls.refused"] += event["starttls"] == "refused"


def count_nothing(counts, event):
    """Of what tshark's truth has no count."""


# What is no TLS session, by type.
COUNTERS = {"smtp": count_smtp, "smtp_message": count_nothing, "mailbox": count_nothing, "dns": count_message,
            "rtr": count_rtr, "rtr_table": count_rtr}


def count_other(counts, event):
    """Whether the event is none of a TLS session; then it is counted."""
    if event["type"] in COUNTERS:
        COUNTERS[event["type"]](counts, event)
    return event["type"] != "tls"


def session_of(event):
    """A session as tshark.py knows it; None when no hello was read."""
    session = {"retry": event["hello_retry"], "sni": event.get("name", "")}
    if event["sight"] == "complete":
        session.update(version=event["version"], suite=names.code_point(event["suite"]))
        if event["group_sight"] == "known":
            group = names.code_point(event["group"])
            if not (group in FFDHE and event["version"] != "TLS 1.3"):
                session["group"] = group
    elif not event["client_hello"]:
        return None
    return session


def values(events):
    counts = collections.Counter()
    for event in events:
        if count_other(counts, event):
            continue
        session = session_of(event)
        if session is not None:
            counts[names.session_key(session)] += 1
    return counts


def count_bgp(counts, event):
    """The OPENs of a session, or one route."""
    if event["type"] == "bgp":
        counts["bgp.opens"] += ("client_as" in event) + ("server_as" in event)
        return
    what = "withdrawn" if event["withdrawn"] and not event.get("treated_as_withdraw") else "announced"
    counts[f"bgp.{what}.{'v6' if ':' in event['prefix'] else 'v4'}"] += 1


def bgp_messages(card):
    """Messages of BGP that are no events, from measures that judge each."""
    totals = {m["id"]: m["total"] for window in card["windows"] for m in window["measures"] if "total" in m}
    counts = collections.Counter()
    for name, measure in (("bgp.updates", "bgp.update.sound"), ("bgp.notifications", "bgp.notification.cease")):
        total = totals.get(measure)
        counts[name] += total["pass"] + total["fail"] if total else 0
    return counts


def values_without_sessions(events):
    """The same, with TLS by version, suite and name apart, and with BGP: as truth/*.json has them."""
    counts = collections.Counter()
    for event in events:
        if event["type"] in ("bgp", "route"):
            count_bgp(counts, event)
            continue
        if count_other(counts, event):
            continue
        session = session_of(event)
        if session is None:
            continue
        if session.get("sni"):
            # After a HelloRetryRequest tshark counts the second ClientHello too.
            counts["tls.sni." + session["sni"].lower()] += 2 if session["retry"] and "version" in session else 1
        if "version" in session:
            counts["tls.version." + session["version"]] += 1
            counts["tls.suite." + names.suite(session["suite"])] += 1
    return counts
