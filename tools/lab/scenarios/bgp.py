"""BGP between bird, FRR and gobgpd, over IPv4 and IPv6.

Eight established sessions: provider and customer (roles, ADD-PATH, extended messages, graceful restart, OTC), one
over IPv6 with TCP-MD5 to FRR (peer roles, AS number of four octets), one with GTSM to gobgpd, one over IPv6 with
TCP-MD5 and GTSM between FRR and gobgpd, an iBGP one with origin validation states (RFC 8097), one with a speaker
without any capability (AS_TRANS, AS4_PATH), one that is shut down in the end with a communication (RFC 9003), and a
table of 50,000 routes. Two sessions end before they are established: the wrong AS, and roles that do not fit (RFC
9234). Routes carry communities, large and extended ones, OTC, an AS_SET; some are withdrawn, and one session is
refreshed (RFC 7313).
"""
import hashlib

from hosts.speakers import Bird, settled
from network import until
from scenarios.bgp_hosts import AS, HOLD, SESSIONS, WRONG, burst, start, v4, v6

PACKAGES = ("bird2", "frr", "gobgpd", "iproute2", "tcpdump")
PROGRAMS = ("bird", "birdc", "gobgpd", "gobgp", "vtysh", "tcpdump")


def traffic(speakers):
    """Returns {session: what both sides say}, the routes at their fullest, and what is withdrawn."""
    provider, customer = speakers["provider"], speakers["customer"]
    gobgp = speakers["gobgp"]
    until("provider's sessions", lambda: provider.up("customer", "frr", "gobgp", "inside", "old", "shut"))
    until("the table's session", lambda: speakers["collector"].up("table"))
    until("FRR's sessions", lambda: speakers["frr"].up(v6("provider"), v6("gobgp")))
    gobgp.add("ipv4", "198.18.64.0/24", "community", "64500:7", "large-community", "64500:1:2", "rt", "64500:9")
    gobgp.add("ipv4", "198.19.64.0/24", "aspath", "64505")  # FRR makes an aggregate of these two, with an AS_SET
    gobgp.add("ipv4", "198.19.65.0/24", "aspath", "64506")
    gobgp.add("ipv6", "2001:db8:8000::/48", "community", "no-peer,64500:8", "med", "10")
    until("FRR's own routes", lambda: {"198.19.3.0/24", "198.19.64.0/23", "2001:db8:7000::/48"} <=
          {r["prefix"] for r in provider.routes("frr")})  # it takes some seconds to announce these
    watch = [s for s in speakers.values() if isinstance(s, Bird)]
    settled(lambda: [s.count() for s in watch] +
            [gobgp.ask("global", "rib", "summary", "-a", family) for family in ("ipv4", "ipv6")])
    said = sessions(speakers)
    routes = all_routes(speakers)
    customer.ask("disable gone4")
    customer.ask("disable gone6")
    settled(lambda: [s.count() for s in watch])
    customer.ask("reload in to_provider")  # a refresh, with its begin and end (RFC 7313)
    speakers["wrong"].ask('disable to_shut "maintenance of the lab"')
    until("the shutdown", lambda: provider.notifications("shut"))
    until("the refusals", lambda: provider.notifications("badas") and provider.notifications("badrole"))
    settled(lambda: [s.count() for s in watch])
    return said, routes, all_routes(speakers)


def session(speakers, me, other, six):
    """What one side says of a session."""
    speaker = speakers["wrong" if me in WRONG else me]
    if isinstance(speaker, Bird):
        return speaker.session("shut" if "shut" in (me, other) else other)
    return speaker.session(v6(other) if six else v4(other))


def sessions(speakers):
    return {(client, server): (session(speakers, client, server, six), session(speakers, server, client, six))
            for client, server, six, *_ in SESSIONS}


def received(speakers, sender, receiver, six):
    """Routes of one direction of a session. gobgpd shows what it sent and got; the others what they took in."""
    if sender in ("gobgp", "table"):
        return []
    speaker = speakers["wrong" if receiver in WRONG else receiver]
    if isinstance(speaker, Bird):
        return speaker.routes("shut" if "shut" in (sender, receiver) else sender)
    return [r for family in ("ipv4", "ipv6") for r in speaker.routes(family, v6(sender) if six else v4(sender))]


def all_routes(speakers):
    found = {}
    for client, server, six, *_ in SESSIONS:
        for sender, receiver in ((client, server), (server, client)):
            routes = received(speakers, sender, receiver, six)
            if sender == "gobgp":
                peer = v6(receiver) if six else v4(receiver)
                routes = [r for family in ("ipv4", "ipv6") for r in speakers["gobgp"].routes(family, peer, "adj-out")]
            found[sender, receiver, six] = routes
    return found


def asn(name):
    return AS["wrong" if name in WRONG else name]


def notifications(speakers, client):
    """Of a session of host wrong, the client's first, since they may cross: who sent it, its code and words. Each is
    in one log or in both."""
    found = {}
    for side, name in (("client", "wrong"), ("server", "provider")):
        for _, sent, code, words in speakers[name].notifications(client):
            by = side if sent else {"client": "server", "server": "client"}[side]
            found.setdefault((by, code), words)
    rows = []
    for (by, code), words in sorted(found.items(), key=lambda item: item[0]):
        rows.append({"by": by, "code": code[0], "subcode": code[1], **({"communication": words} if words else {})})
    return rows


def session_events(speakers, said, truth):
    rows = []
    for client, server, six, md5, gtsm in SESSIONS:
        address = v6 if six else v4
        row = {"client": address(client), "server": address(server), "client_as": asn(client),
               "server_as": asn(server), "established": True, "md5": md5, "gtsm": gtsm,
               "hold_time": said[client, server][0]["hold_time"]}
        for side, name, other in (("client", client, server), ("server", server, client)):
            mine = said[client, server][side == "server"]["mine"]
            row[f"{side}_hold_time"] = HOLD.get((name, other), HOLD.get(name, 240))
            row[f"{side}_capabilities"], row[f"{side}_families"] = mine["codes"], mine["families"]
            row[f"{side}_role"] = mine.get("role")
        assert row["hold_time"] == min(row["client_hold_time"], row["server_hold_time"]), row
        row["notifications"] = notifications(speakers, client) if client in WRONG else []
        rows.append(row)
    for client in ("badas", "badrole"):
        rows.append({"client": v4(client), "server": v4("provider"), "client_as": asn(client),
                     "server_as": AS["provider"], "established": False, "md5": False, "gtsm": False,
                     "notifications": notifications(speakers, client)})
    for row in rows:
        truth.event("bgp", **row)
    return rows


def route_events(before, after, truth):
    """Announced routes, then those that are gone; both by session and direction."""
    rows = []
    for (sender, receiver, six), routes in before.items():
        address = v6 if six else v4
        for route in routes:
            row = {"from": address(sender), "to": address(receiver), "withdrawn": False, **route}
            for community in list(route.get("extended_communities", ())):
                if community.startswith("validation:"):
                    row["validation_state"] = community.split(":")[1]
            if sender == "inside" or receiver == "inside":
                row["internal"] = True
            rows.append(row)
    for (sender, receiver, six), routes in before.items():
        address = v6 if six else v4
        left = {(r["prefix"], str(r["as_path"])) for r in after[sender, receiver, six]}
        rows += [{"from": address(sender), "to": address(receiver), "withdrawn": True, "prefix": r["prefix"]}
                 for r in routes if (r["prefix"], str(r["as_path"])) not in left]
    for row in rows:
        truth.event("route", **row)
    return [r for r in rows if not r["withdrawn"]]


def counts(sessions_, routes, many, truth):
    """`many`: how many routes of (IPv4, IPv6) the table had, all with a community and nothing else."""
    up = [s for s in sessions_ if s["established"]]
    truth.share("bgp.session.established", "sessions", (s["established"] for s in sessions_))
    truth.share("bgp.session.ip6", "sessions", (":" in s["client"] for s in up))
    for key in ("md5", "gtsm"):
        truth.share(f"bgp.session.{key}", "sessions", (s[key] for s in up))
    for name, code in (("as4", 65), ("extended_message", 6), ("role", 9), ("add_path", 69), ("graceful_restart", 64),
                       ("long_lived_graceful_restart", 71), ("enhanced_refresh", 70), ("route_refresh", 2),
                       ("extended_next_hop", 5)):
        truth.share(f"bgp.capability.{name}", "sessions", (
            code in s["client_capabilities"] and code in s["server_capabilities"] for s in up))
    truth.share("bgp.capability.ip6", "sessions", (
        "ipv6-unicast" in s["client_families"] and "ipv6-unicast" in s["server_families"] for s in up))
    ended = [n for s in sessions_ for n in s["notifications"] if (n["code"], n["subcode"]) in ((6, 2), (6, 4))]
    truth.share("bgp.shutdown_communication", "notifications", ("communication" in n for n in ended))
    total, outside = sum(many), [r for r in routes if not r.get("internal")]
    inside = [r for r in routes if r.get("internal")]
    truth.count("bgp.route.ip6", "routes", many[1] + sum(":" in r["prefix"] for r in routes),
                many[0] + sum(":" not in r["prefix"] for r in routes))
    for name, key in (("otc", "otc"), ("large_community", "large_communities"),
                      ("extended_community", "extended_communities")):
        seen = sum(key in r for r in routes)
        truth.count(f"bgp.route.{name}", "routes", seen, total + len(routes) - seen)
    sets = sum(any(isinstance(part, list) for part in r["as_path"]) for r in routes)
    truth.count("bgp.route.no_as_set", "routes", total + len(routes) - sets, sets)
    stated = sum("validation_state" in r for r in inside)
    truth.count("bgp.route.validation_state", "routes", stated, len(inside) - stated,
                not_applicable=total + len(outside))


def table_truth(collector, truth):
    """The collector has exactly the routes of the table's configuration; their digest instead of 50,000 events."""
    has = sorted(set(r["prefix"] for r in collector.routes("table")))
    wanted = burst()
    assert has == sorted([*wanted[0], *wanted[1]]), f"the collector has {len(has)} routes"
    truth.note(table={"from": v6("table"), "to": v6("collector"), "routes": len(has), "ipv4": len(wanted[0]),
                      "ipv6": len(wanted[1]), "sha256_of_sorted_prefixes":
                      hashlib.sha256("\n".join(has).encode()).hexdigest()})
    return len(wanted[0]), len(wanted[1])


def play(lab, folder, capture, truth):
    truth.source("bird: show protocols all, show route all, log",
                 "bgpd: show bgp neighbors json, show bgp PREFIX json", "gobgpd: neighbor -j, adj-in and adj-out",
                 "configuration: MD5, GTSM, hold times, who connects")
    speakers = start(lab, folder)
    with lab.mirrored(capture):
        said, before, after = traffic(speakers)
        many = table_truth(speakers["collector"], truth)
    truth.note(about="An event for each route that a session's receiver holds (of gobgpd: that it sent) once all "
                     "are exchanged, then for each withdrawn one; not for the table's routes.")
    rows = session_events(speakers, said, truth)
    counts(rows, route_events(before, after, truth), many, truth)
