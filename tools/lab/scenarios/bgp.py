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
import ipaddress

from hosts.speakers import Bird, Frr, Gobgp, bgp, channels, settled, static
from network import until

PACKAGES = ("bird2", "frr", "gobgpd", "iproute2", "tcpdump")
PROGRAMS = ("bird", "birdc", "gobgpd", "gobgp", "vtysh", "tcpdump")

HOSTS = {"provider": 1, "customer": 2, "frr": 3, "gobgp": 4, "inside": 5, "old": 6, "table": 7, "collector": 8,
         "wrong": 9}
AS = {"provider": 64496, "customer": 64497, "frr": 65536, "gobgp": 64500, "inside": 64496, "old": 64499,
      "table": 65551, "collector": 64511, "wrong": 64501}
# Hold times that are configured, by speaker or by (speaker, its peer); bird's own is 240.
HOLD = {"frr": 180, ("frr", "provider"): 90, "gobgp": 120, ("provider", "customer"): 90, ("provider", "frr"): 60,
        "customer": 180}
WRONG = {"badas": 10, "badrole": 11, "shut": 12}  # more addresses of host wrong, one for each of its sessions


def v4(name):
    return f"198.18.2.{HOSTS.get(name) or WRONG[name]}"


def v6(name):
    return f"2001:db8:2::{HOSTS[name]}"


# (client, server, IPv6?, MD5, GTSM): who opens the connection is configured
SESSIONS = [("customer", "provider", False, False, False), ("provider", "frr", True, True, False),
            ("provider", "gobgp", False, False, True), ("frr", "gobgp", True, True, True),
            ("inside", "provider", True, False, False), ("old", "provider", False, False, False),
            ("shut", "provider", False, False, False), ("table", "collector", True, False, False)]

# The validity of these in the provider's eyes: see ROAS.
CUSTOMER4 = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.128/25", "198.19.128.0/24", "198.18.65.0/24"]
CUSTOMER6 = ["2001:db8:1000::/48", "2001:db8:2000::/48", "2001:db8:3000::/48", "2001:db8:4000::/48"]
GONE4, GONE6 = ["198.19.130.0/24", "198.19.131.0/24"], ["2001:db8:5000::/48"]
ROAS = [("192.0.2.0/24", 24, 64497), ("198.51.100.0/24", 24, 64510), ("203.0.113.0/24", 24, 64497),
        ("2001:db8:1000::/36", 48, 64497), ("2001:db8:2000::/36", 36, 64497), ("2001:db8:3000::/36", 48, 0)]

COMMON = """
  graceful restart on; long lived graceful restart on; enable extended messages on;
"""


def roa_tables(entries):
    text = "roa4 table r4;\nroa6 table r6;\n"
    for family in (4, 6):
        rows = "".join(f"  route {p} max {m} as {a};\n" for p, m, a in entries if (":" in p) == (family == 6))
        text += f"protocol static roas{family} {{\n  roa{family} {{ table r{family}; }};\n{rows}}}\n"
    return text


def validated(family):
    """An export filter that tells the own AS what origin validation says (RFC 8097)."""
    check = f"roa_check(r{family}, net, bgp_path.last)"
    return ("export filter {\n    bgp_ext_community.delete([(generic, 0x43000000, *)]);\n" +
            "".join(f"    if {check} = {state} then bgp_ext_community.add((generic, 0x43000000, {number}));\n"
                    for number, state in enumerate(("ROA_VALID", "ROA_UNKNOWN", "ROA_INVALID"))) +
            "    accept;\n  };")


def provider_text():
    """To FRR goes nothing that FRR says itself or aggregates: else its AS_SET may hold the provider's AS."""
    return (roa_tables(ROAS) +
            static("own4", ["198.19.0.0/24"], 4) + static("own6", ["2001:db8:6000::/48"], 6) +
            bgp("customer", v4("provider"), v4("customer"), AS["customer"], COMMON +
                "  passive on; local role provider; hold time 90;",
                channels("add paths on; export all;", "add paths on; export all;")) +
            bgp("frr", v6("provider"), v6("frr"), AS["frr"],
                COMMON + '  password "lab-md5"; local role peer; hold time 60; keepalive time 20;',
                channels("export where net !~ [198.19.64.0/23+, 198.19.3.0/24];")) +
            bgp("gobgp", v4("provider"), v4("gobgp"), AS["gobgp"], COMMON + "  ttl security on;",
                "  ipv4 { import all; add paths rx; export all; };\n") +
            bgp("inside", v6("provider"), v6("inside"), AS["inside"], COMMON + "  passive on;",
                channels("next hop self; extended next hop on; " + validated(4), "next hop self; " + validated(6))) +
            bgp("old", v4("provider"), v4("old"), AS["old"], "  passive on;",
                "  ipv4 { import all; export all; };\n") +
            bgp("badas", v4("provider"), v4("badas"), 64502, "  passive on;") +
            bgp("badrole", v4("provider"), v4("badrole"), AS["wrong"], "  passive on; local role customer;") +
            bgp("shut", v4("provider"), v4("shut"), AS["wrong"], "  passive on;",
                channels("export none;", "export none;")))


def customer_text():
    communities = ("bgp_community.add((64497, 100)); bgp_large_community.add((64497, 1, 2)); "
                   "bgp_ext_community.add((rt, 64497, 300)); bgp_ext_community.add((ro, 64497, 301));")
    return (static("own4", CUSTOMER4, 4, communities) + static("own6", CUSTOMER6, 6, communities) +
            static("gone4", GONE4, 4) + static("gone6", GONE6, 6, "bgp_community.add((64497, 200));") +
            bgp("provider", v4("customer"), v4("provider"), AS["provider"],
                COMMON + "  local role customer; hold time 180;",
                channels("add paths on; export all;", "add paths on; export all;")))


def wrong_text():
    return (static("own4", ["198.19.140.0/24"], 4) +
            bgp("badas", v4("badas"), v4("provider"), AS["provider"], COMMON) +
            bgp("badrole", v4("badrole"), v4("provider"), AS["provider"], COMMON + "  local role customer;") +
            bgp("shut", v4("shut"), v4("provider"), AS["provider"], COMMON))


FRR = f"""hostname frr
log stdout debugging
router bgp {AS["frr"]}
 bgp router-id {v4("frr")}
 bgp log-neighbor-changes
 no bgp ebgp-requires-policy
 no bgp default ipv4-unicast
 no bgp network import-check
 bgp graceful-restart
 neighbor {v6("provider")} remote-as {AS["provider"]}
 neighbor {v6("provider")} password lab-md5
 neighbor {v6("provider")} passive
 neighbor {v6("provider")} local-role peer
 neighbor {v6("provider")} timers 30 90
 neighbor {v6("gobgp")} remote-as {AS["gobgp"]}
 neighbor {v6("gobgp")} password lab-md5-too
 neighbor {v6("gobgp")} ttl-security hops 1
 neighbor {v6("gobgp")} timers connect 1
 address-family ipv4 unicast
  network 198.19.3.0/24 route-map mark
  aggregate-address 198.19.64.0/23 as-set
  neighbor {v6("provider")} activate
  neighbor {v6("gobgp")} activate
 exit-address-family
 address-family ipv6 unicast
  network 2001:db8:7000::/48 route-map mark
  neighbor {v6("provider")} activate
  neighbor {v6("gobgp")} activate
 exit-address-family
exit
route-map mark permit 10
 set community 64496:65000 additive
 set large-community 65536:1:1 65536:2:2
 set extcommunity rt 65536:7
exit
"""

FAMILY = """  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "{family}-unicast"
    [neighbors.afi-safis.mp-graceful-restart.config]
      enabled = true
    [neighbors.afi-safis.add-paths.config]
      receive = true
      send-max = 4
"""
NEIGHBOR = """[[neighbors]]
  [neighbors.config]
    neighbor-address = "{address}"
    peer-as = {asn}
    auth-password = "{password}"
  [neighbors.transport.config]
    passive-mode = true
    local-address = "{local}"
  [neighbors.timers.config]
    hold-time = 120
    keepalive-interval = 40
  [neighbors.ttl-security.config]
    enabled = true
    ttl-min = 255
  [neighbors.graceful-restart.config]
    enabled = true
    restart-time = 120
"""


def gobgp_text():
    text = f'[global.config]\n  as = {AS["gobgp"]}\n  router-id = "{v4("gobgp")}"\n'
    for address, local, name, password in ((v4("provider"), v4("gobgp"), "provider", ""),
                                           (v6("frr"), v6("gobgp"), "frr", "lab-md5-too")):
        text += NEIGHBOR.format(address=address, local=local, asn=AS[name], password=password)
        text += FAMILY.format(family="ipv4") + (FAMILY.format(family="ipv6") if name == "frr" else "")
    return text


def burst():
    """50,000 prefixes: {prefix: the AS numbers before the origin's}."""
    found4 = list(ipaddress.ip_network("198.18.0.0/15").subnets(new_prefix=30))[:20000]
    found6 = []
    for network in ipaddress.ip_network("2001:db8::/32").subnets(new_prefix=48):
        found6.append(network)
        if len(found6) == 30000:
            break
    return [str(n) for n in found4], [str(n) for n in found6]


def table_text(prefixes4, prefixes6):
    """Every 50 prefixes another origin AS, so that there are many updates. The last one has so many communities that
    it needs an extended message (RFC 8654)."""
    def attributes(group, last):
        many = "".join(f" bgp_community.add((64511, {n}));" for n in range(1200)) if last else ""
        return f"bgp_path.prepend({64496 + group % 15}); bgp_community.add((64496, {group}));{many}"

    def routes(prefixes):
        return "".join(f"  route {p} blackhole {{ {attributes(i // 50, p == prefixes6[-1])} }};\n"
                       for i, p in enumerate(prefixes))
    return (f"protocol static all4 {{\n  ipv4;\n{routes(prefixes4)}}}\n"
            f"protocol static all6 {{\n  ipv6;\n{routes(prefixes6)}}}\n" +
            bgp("collector", v6("table"), v6("collector"), AS["collector"], COMMON, channels(
                "next hop address 198.18.2.7; export all;", "export all;")))


def start(lab, folder):
    """All speakers, by name."""
    for name in HOSTS:
        more = [v4(n) for n in WRONG] if name == "wrong" else []
        lab.host(name, v4(name), *more, v6(name))
    # bgpd opens no session over IPv6 on a link without a link-local address
    lab.run("frr", "ip", "addr", "add", "fe80::3/64", "dev", "eth0", "nodad")
    prefixes = burst()
    texts = {"provider": provider_text(), "customer": customer_text(), "wrong": wrong_text(),
             "table": table_text(*prefixes),
             "inside": bgp("provider", v6("inside"), v6("provider"), AS["provider"], COMMON, channels(
                 "extended next hop on; export none;", "export none;")),
             "old": static("own4", ["198.19.6.0/24"], 4) + bgp(
                 "provider", v4("old"), v4("provider"), AS["provider"], "  capabilities off;",
                 "  ipv4 { import all; export all; };\n"),
             "collector": bgp("table", v6("collector"), v6("table"), AS["table"], COMMON + "  passive on;", channels(
                 "export none;", "export none;"))}
    speakers = {name: Bird(lab, folder, name, v4(name), AS[name], text) for name, text in texts.items()}
    speakers["frr"] = Frr(lab, folder, "frr", FRR)
    speakers["gobgp"] = Gobgp(lab, folder, "gobgp", gobgp_text())
    return speakers


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
    truth.document["sources"] += [
        "bird: show protocols all, show route all, log", "bgpd: show bgp neighbors json, show bgp PREFIX json",
        "gobgpd: neighbor -j, adj-in and adj-out", "configuration: MD5, GTSM, hold times, who connects"]
    speakers = start(lab, folder)
    with lab.mirrored(capture):
        said, before, after = traffic(speakers)
        many = table_truth(speakers["collector"], truth)
    truth.note(about="An event for each route that a session's receiver holds (of gobgpd: that it sent) once all "
                     "are exchanged, then for each withdrawn one; not for the table's routes.")
    rows = session_events(speakers, said, truth)
    counts(rows, route_events(before, after, truth), many, truth)
