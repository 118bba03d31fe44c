"""The speakers of the scenario bgp: addresses, AS numbers, who opens which session, and their configurations."""
import ipaddress

from hosts.speakers import Bird, Frr, Gobgp, bgp, channels, static

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
