"""RPKI to router (RFC 6810, RFC 8210), and BGP routes that its VRPs judge.

Two caches (stayrtr), one of version 1 and one of version 0; routers are bird, FRR's bgpd, rtrclient and rtrdump. Both
routers that ask with version 1 at the cache of version 0 step down. All get the whole set, then the ROAs change, the
caches notify and the routers that stayed fetch the difference. One router asks for a serial of another session and
gets an Error Report, and one talks over TLS. When VRPs are there, a speaker announces routes to bird and FRR: valid,
invalid by origin, by AS 0 and by length, and not found; after the change some more, which only the new VRPs cover.
"""
import ipaddress
import re

from hosts import pki
from hosts.speakers import Bird, Cache, Frr, bgp, channels, settled, static
from network import until
from scenarios.bgp_hosts import CUSTOMER4, CUSTOMER6, GONE4, GONE6, ROAS

PACKAGES = ("bird2", "frr", "frr-rpki-rtrlib", "iproute2", "rtr-tools", "stayrtr", "tcpdump")
PROGRAMS = ("bird", "birdc", "vtysh", "stayrtr", "rtrclient", "rtrdump", "tcpdump")

HOSTS = {"cache1": 1, "cache0": 2, "router": 3, "router0": 4, "frr": 5, "customer": 6, "client": 7, "dump": 8}
AS = {"router": 64496, "router0": 64498, "frr": 65536, "customer": 64497}
PORT = 323  # IANA's rpki-rtr

FIRST = ROAS + [("198.18.200.0/24", 24, 64503), ("2001:db8:f000::/36", 48, 64503)]
SECOND = ROAS + [("2001:db8:f000::/36", 48, 64503), (GONE4[0], 24, 64497), (GONE4[1], 24, 64510),
                 ("2001:db8:5000::/36", 48, 64497)]


def v4(name):
    return f"198.18.3.{HOSTS[name]}"


def v6(name):
    return f"2001:db8:3::{HOSTS[name]}"


def rpki(cache):
    return (f"roa4 table r4;\nroa6 table r6;\nprotocol rpki to_cache {{\n  debug {{ states, events, packets }};\n"
            f"  roa4 {{ table r4; }};\n  roa6 {{ table r6; }};\n  remote {cache} port {PORT};\n"
            "  retry 5;\n  refresh 3600;\n  expire 7200;\n}\n")


def customer_text():
    text = (static("own4", CUSTOMER4, 4) + static("own6", CUSTOMER6, 6) +
            static("gone4", GONE4, 4).replace("{\n", "{\n  disabled yes;\n", 1) +
            static("gone6", GONE6, 6).replace("{\n", "{\n  disabled yes;\n", 1))
    for other in ("router", "frr"):
        text += bgp(other, v6("customer"), v6(other), AS[other], "  disabled yes;", channels(
            "next hop address 198.18.3.6; export all;"))
    return text


FRR = f"""hostname frr
log stdout debugging
debug rpki
rpki
 rpki polling_period 3600
 rpki retry_interval 5
 rpki cache {v4("cache1")} {PORT} preference 1
exit
router bgp {AS["frr"]}
 bgp router-id {v4("frr")}
 no bgp ebgp-requires-policy
 no bgp default ipv4-unicast
 neighbor {v6("customer")} remote-as {AS["customer"]}
 neighbor {v6("customer")} passive
 address-family ipv4 unicast
  neighbor {v6("customer")} activate
  neighbor {v6("customer")} prefix-list none out
 exit-address-family
 address-family ipv6 unicast
  neighbor {v6("customer")} activate
  neighbor {v6("customer")} prefix-list none out
 exit-address-family
exit
ip prefix-list none deny any
ipv6 prefix-list none deny any
"""


def start(lab, folder):
    for name in HOSTS:
        lab.host(name, v4(name), v6(name))
    # bgpd opens no session over IPv6 on a link without a link-local address
    lab.run("frr", "ip", "addr", "add", "fe80::5/64", "dev", "eth0", "nodad")
    pki.authority(folder, "cache")
    tls = ["-tls.bind", ":324", "-tls.cert", folder / "cache.pem", "-tls.key", folder / "cache.key"]
    hosts = {"cache1": Cache(lab, folder, "cache1", FIRST, 1, more=tls),
             "cache0": Cache(lab, folder, "cache0", FIRST, 0)}
    hosts["router"] = Bird(lab, folder, "router", v4("router"), AS["router"], rpki(v6("cache1")) + bgp(
        "customer", v6("router"), v6("customer"), AS["customer"], "  passive on;",
        channels("export none;", "export none;")))
    hosts["router0"] = Bird(lab, folder, "router0", v4("router0"), AS["router0"], rpki(v4("cache0")))
    hosts["customer"] = Bird(lab, folder, "customer", v4("customer"), AS["customer"], customer_text())
    hosts["frr"] = Frr(lab, folder, "frr", FRR, modules=["bgpd_rpki"])
    return hosts


def dump(lab, folder, number, cache, *more):
    """One rtrdump: connects, asks, prints what it gets, goes."""
    said = lab.run("dump", "rtrdump", "-connect", cache, "-file", folder / f"dump{number}.json", "-loglevel", "debug",
                   "-datapdu", *more, check=False)
    (folder / f"dump{number}.log").write_text(said)
    return said


def error_report(said):
    """The code of the Error Report that rtrdump got, if any."""
    code = re.search(r"PDU Error report .*error code: (\d+)", said)
    return code and int(code.group(1))


def number_of_vrps(frr):
    said = frr.ask("show rpki prefix-table")
    return sum(int(line.rsplit(" ", 1)[1]) for line in said.splitlines() if line.startswith("Number of"))


def judged(hosts):
    """{router: its routes with their validity}, by bird's roa_check and by FRR."""
    found = {"router": [], "frr": []}
    for family in (4, 6):
        for state, word in (("VALID", "valid"), ("INVALID", "invalid"), ("UNKNOWN", "not-found")):
            where = f"table master{family} where roa_check(r{family}, net, bgp_path.last) = ROA_{state}"
            found["router"] += [{**r, "validity": word} for r in hosts["router"].routes("customer", where)]
        found["frr"] += hosts["frr"].routes(f"ipv{family}", v6("customer"))
    for routes in found.values():
        routes.sort(key=lambda r: (":" in r["prefix"], r["prefix"]))
    return found


def traffic(lab, folder, hosts):
    client = folder / "rtrclient.log"
    lab.start("client", "stdbuf", "-oL", "rtrclient", "tcp", "-p", v4("cache0"), PORT, log=client)
    until("bird's caches", lambda: hosts["router"].up("cache") and hosts["router0"].up("cache"))
    until("FRR's cache", lambda: number_of_vrps(hosts["frr"]) == len(FIRST))
    until("rtrclient", lambda: client.read_text().count("\n+ ") + client.read_text().startswith("+ ") == len(FIRST))
    for number, (cache, version) in enumerate(((v4("cache0"), 0), (v4("cache1"), 1), (f"[{v6('cache1')}]", 1))):
        dump(lab, folder, number, f"{cache}:{PORT}", "-rtr.version", version)
    for number in range(3, 23):  # stayrtr closes at once, and now and then before its Error Report is out
        if error_report(dump(lab, folder, number, f"{v4('cache1')}:{PORT}", "-rtr.version", 1, "-serial",
                             "-serial.value", 77, "-session.id", 1)) is not None:
            break
    dump(lab, folder, "-tls", f"{v4('cache1')}:324", "-rtr.version", 1, "-type", "tls", "-tls.validate=false")
    for name in ("router", "frr"):
        hosts["customer"].ask(f"enable to_{name}")
    until("BGP", lambda: hosts["customer"].up("router", "frr"))
    first = settled(lambda: judged(hosts))
    for name in ("cache1", "cache0"):
        hosts[name].change(SECOND)
    until("the change", lambda: number_of_vrps(hosts["frr"]) == len(SECOND))
    for name in ("router", "router0"):
        until("the change", lambda name=name: hosts[name].log().count("End of Data") == 2)
    until("rtrclient", lambda: "\n- " in client.read_text())
    for name in ("gone4", "gone6"):
        hosts["customer"].ask(f"enable {name}")
    return first, settled(lambda: judged(hosts))


def rtr_events(hosts, folder, truth):
    """A row for each connection, in the order in which each cache took them; the one over TLS apart."""
    rows, hidden = [], 0
    refused = sorted(folder.glob("dump[0-9]*.log"), key=lambda path: int(path.stem[4:]))[3:]
    added, removed = len(set(SECOND) - set(FIRST)), len(set(FIRST) - set(SECOND))
    for name in ("cache1", "cache0"):
        for seen in hosts[name].connections():
            peer = {"client": seen["client"], "client_port": seen["client_port"],
                    "server": v6(name) if ":" in seen["client"] else v4(name)}
            if seen["transport"] == "tls":
                truth.event("tls", transport="tcp", server_port=324, sight="complete", **peer)
                hidden += 1
                continue
            asked = [kind for kind, _ in seen["queries"]]
            answers = asked[:len(seen["answered"])]
            reset, changed = answers.count("Reset Query"), "Serial Query" in answers
            row = {**peer, "server_port": PORT, "asked_version": seen["queries"][0][1],
                   "version": seen["answered"][-1][1] if answers else seen["queries"][-1][1],
                   "reset_queries": asked.count("Reset Query"), "serial_queries": asked.count("Serial Query"),
                   "incremental": changed, "vrps_announced": reset * len(FIRST) + changed * added,
                   "vrps_withdrawn": changed * removed, "error_report": None}
            if not answers:
                row["error_report"] = error_report(refused.pop(0).read_text())
                if row["error_report"] is None:
                    row["version"] = None  # the cache said nothing
            rows.append(row)
            truth.event("rtr", **row)
    for name in ("router", "router0"):  # bird counted the same in its log
        mine = next(r for r in rows if r["client"] in (v4(name), v6(name)))
        assert hosts[name].log().count("Prefix packet") == mine["vrps_announced"] + mine["vrps_withdrawn"], mine
    silent = sum(r["version"] is None for r in rows)
    truth.count("rtr.tls", "sessions", hidden, len(rows))
    truth.count("rtr.version.1", "sessions", sum(r["version"] == 1 for r in rows),
                sum(r["version"] == 0 for r in rows), hidden + silent)
    kept = sum(r["version"] == r["asked_version"] for r in rows)
    truth.count("rtr.version.kept", "sessions", kept, len(rows) - kept - silent, hidden + silent)
    changed = sum(r["incremental"] for r in rows)
    truth.count("rtr.incremental", "sessions", changed, len(rows) - changed, hidden)


def bgp_events(said, truth):
    rows = []
    for name in ("router", "frr"):
        client, server = said[name]
        row = {"client": v6("customer"), "server": v6(name), "client_as": AS["customer"], "server_as": AS[name],
               "established": True, "md5": False, "gtsm": False, "hold_time": client["hold_time"],
               "client_hold_time": 240, "server_hold_time": {"router": 240, "frr": 180}[name]}
        for side, mine in (("client", client["mine"]), ("server", server["mine"])):
            row[f"{side}_capabilities"], row[f"{side}_families"] = mine["codes"], mine["families"]
        rows.append(row)
        truth.event("bgp", **row, notifications=[])
    truth.count("bgp.session.established", "sessions", len(rows), 0)
    truth.count("bgp.session.ip6", "sessions", len(rows), 0)


def invalid_by(prefix, asn, entries):
    """RFC 6811: why a route that a ROA covers is invalid. `length` when a covering one names its AS."""
    network = ipaddress.ip_network(prefix)
    covering = [(m, a) for p, m, a in entries if ipaddress.ip_network(p).version == network.version and
                network.subnet_of(ipaddress.ip_network(p))]
    assert covering, prefix
    return "length" if any(a == asn for _, a in covering) else "origin"


def route_events(last, truth):
    rows = []
    for name, routes in last.items():
        for route in routes:
            row = {"from": v6("customer"), "to": v6(name), "withdrawn": False, **route}
            if row["validity"] == "invalid":
                row["invalid_by"] = invalid_by(route["prefix"], route["origin_as"], SECOND)
            rows.append(row)
            truth.event("route", **row)
    for state in ("valid", "invalid", "not-found"):
        truth.share(f"rov.{state.replace('-', '_')}", "routes", (r["validity"] == state for r in rows))
    for why in ("length", "origin"):
        truth.share(f"rov.invalid.{why}", "routes", (r.get("invalid_by") == why for r in rows))
    truth.share("bgp.route.ip6", "routes", (":" in r["prefix"] for r in rows))


def play(lab, folder, capture, truth):
    truth.source("stayrtr: log", "bird: show protocols all, show route where roa_check, log of the packets of RTR",
                 "bgpd: show bgp neighbors json, show bgp PREFIX json", "rtrdump: log",
                 "the ROAs that the caches were given")
    hosts = start(lab, folder)
    with lab.mirrored(capture):
        first, last = traffic(lab, folder, hosts)
        said = {name: (hosts["customer"].session(name),
                       hosts[name].session("customer" if name == "router" else v6("customer")))
                for name in ("router", "frr")}
    for name, routes in first.items():  # the change of the VRPs touches none of the first routes
        assert all(route in last[name] for route in routes), name
    assert [r["validity"] for r in last["router"]] == [r["validity"] for r in last["frr"]], last
    truth.note(vrps={when: [f"{p}-{longest} AS{a}" for p, longest, a in entries]
                     for when, entries in (("first", FIRST), ("then", SECOND))},
               about="A route's validity is that by the VRPs which its receiver had when it came; bird and bgpd "
                     "agree.")
    rtr_events(hosts, folder, truth)
    bgp_events(said, truth)
    route_events(last, truth)
