"""IPv6 beside IPv4: curl at nginx with working, slow, filtered and refused IPv6, NAT64, and three kinds of addresses.

Happy eyeballs (RFC 8305) of curl at a server whose IPv6 works; answers only 0.3 s later (its address is not there
yet, so that neighbour discovery holds the SYN back), once after curl gave up on it and once before; is dropped by the
server's firewall; is refused; has no host. A server with IPv4 only, and one with IPv6 only. An IPv6-only client
behind tayga (NAT64 with a prefix of the network's own, told by RFC 7050) with unbound's DNS64. Hosts that make their
address of an advertised prefix: EUI-64, temporary (RFC 8981) and stable-private (RFC 7217).
"""
import ipaddress
import json
import re

from hosts import names, web
from network import until

PACKAGES = ("nginx-light", "curl", "tayga", "unbound", "bind9-dnsutils", "nftables", "tcpdump", "iproute2")
PROGRAMS = ("nginx", "curl", "tayga", "unbound", "dig", "nft", "tcpdump")
CLIENT = ("198.18.1.10", "2001:db8:1::10")
ONLY6 = "2001:db8:6::10"
WEB4, WEB6 = "198.18.2.80", "2001:db8:2::80"
LATE_UNUSED, LATE_USED, DROPPED, NOBODY = "2001:db8:2::81", "2001:db8:2::82", "2001:db8:2::83", "2001:db8:2::84"
CLOSED = names.RESOLVER[1]  # nothing listens on its port 80
GATEWAY = ("198.18.0.64", "2001:db8:0:64::64")
POOL, PREFIX = "198.19.64.0/24", "2001:db8:64::/96"  # tayga takes no address of the lab behind 64:ff9b::/96
ROUTER, ADVERTISED = "2001:db8:a::1", "2001:db8:a::/64"
HOSTS = ("eui64", "temporary", "stable")

LOG = "$remote_addr $remote_port $server_addr $status $host"
SERVER = '  server { listen 80; listen [::]:80; location / { return 200 "uptake lab\\n"; } }'
ZONES = """auth-zone:
  name: "example.test"
  zonefile: "{folder}/zone"
  for-downstream: no
  for-upstream: yes
auth-zone:
  name: "ipv4only.arpa"
  zonefile: "{folder}/arpa"
  for-downstream: no
  for-upstream: yes
"""
ZONE = """$ORIGIN example.test.
@ 300 IN SOA ns.example.test. lab.example.test. 1 3600 600 86400 300
@ 300 IN NS ns.example.test.
v4only 300 IN A {v4}
dual 300 IN A {v4}
dual 300 IN AAAA {v6}
"""
ARPA = """$ORIGIN ipv4only.arpa.
@ 300 IN SOA ns.example.test. lab.example.test. 1 3600 600 86400 300
@ 300 IN NS ns.example.test.
@ 300 IN A 192.0.0.170
@ 300 IN A 192.0.0.171
"""
TAYGA = """tun-device nat64
ipv4-addr 198.19.64.1
ipv6-addr 2001:db8:0:64::65
prefix {prefix}
dynamic-pool {pool}
data-dir {folder}
"""
# One router advertisement (RFC 4861): a prefix for addresses (RFC 4862), and no default route.
ADVERTISE = ("import socket,struct,sys; s=socket.socket(socket.AF_INET6,socket.SOCK_RAW,socket.IPPROTO_ICMPV6);"
             "s.setsockopt(socket.IPPROTO_IPV6,socket.IPV6_MULTICAST_HOPS,255);"
             "s.sendto(struct.pack('!BBHBBHII',134,0,0,64,0,0,0,0)+struct.pack('!BBBBIII',3,4,64,0xC0,86400,14400,0)"
             "+socket.inet_pton(socket.AF_INET6,sys.argv[1]),('ff02::1',0,0,socket.if_nametoindex('eth0')))")
# What the server's own firewall drops, and its count of the SYN-ACKs sent from each address.
COUNTED = (WEB6, LATE_UNUSED, LATE_USED, DROPPED)

# (what it is of, name, IPv6 address or None, IPv4 address or None, options of curl)
WALK = [
    ("working", "dual.example.test", WEB6, WEB4, []),
    ("working", "dual.example.test", WEB6, WEB4, []),
    ("working", "dual.example.test", WEB6, WEB4, ["-4"]),
    ("slow, unused", "late.example.test", LATE_UNUSED, WEB4, ["--happy-eyeballs-timeout-ms", "100"]),
    ("slow, used", "later.example.test", LATE_USED, WEB4, ["--happy-eyeballs-timeout-ms", "2500"]),
    ("dropped", "broken.example.test", DROPPED, WEB4, ["--happy-eyeballs-timeout-ms", "200"]),
    ("dropped", "broken.example.test", DROPPED, None, ["--connect-timeout", "1.5"]),
    ("refused", "refused.example.test", CLOSED, WEB4, []),
    ("no host", "gone.example.test", NOBODY, WEB4, ["--happy-eyeballs-timeout-ms", "200"]),
    ("v4 only", "v4only.example.test", None, WEB4, []),
    ("v6 only", "v6only.example.test", WEB6, None, []),
]


def servers(lab, folder):
    lab.host("web", WEB4, WEB6, DROPPED)
    web.nginx_with(lab, folder, "web", LOG, SERVER)
    rules = "table inet lab {\n chain in { type filter hook input priority 0;\n"
    rules += f"  ip6 daddr {DROPPED} tcp dport 80 counter drop comment \"dropped\"\n }}\n"
    rules += " chain out { type filter hook output priority 0;\n"
    for address in COUNTED:
        rules += (f"  ip6 saddr {address} tcp sport 80 tcp flags & (syn|ack) == (syn|ack) counter "
                  f"comment \"{address}\"\n")
    (folder / "rules").write_text(rules + " }\n}\n")
    lab.run("web", "nft", "-f", folder / "rules")
    own = folder / "resolver"
    own.mkdir()
    (own / "zone").write_text(ZONE.format(v4=WEB4, v6=WEB6))
    (own / "arpa").write_text(ARPA)
    names.resolver(lab, own, "", modules="dns64 iterator", server=f"  dns64-prefix: {PREFIX}\n  log-queries: yes",
                   more=ZONES.format(folder=own))


def translator(lab, folder):
    """tayga, and the routes to it of the server and of the IPv6-only client."""
    lab.host("nat64", *GATEWAY)
    lab.host("only6", ONLY6)
    (folder / "tayga").mkdir()
    (folder / "tayga.conf").write_text(TAYGA.format(folder=folder / "tayga", prefix=PREFIX, pool=POOL))
    lab.run("nat64", "tayga", "-c", folder / "tayga.conf", "--mktun")
    for key in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
        lab.run("nat64", "sysctl", "-qw", f"{key}=1")
    lab.run("nat64", "sysctl", "-qw", "net.ipv4.conf.all.send_redirects=0")
    lab.run("nat64", "ip", "link", "set", "nat64", "up")
    lab.run("nat64", "ip", "route", "add", POOL, "dev", "nat64")
    lab.run("nat64", "ip", "-6", "route", "add", PREFIX, "dev", "nat64")
    process = lab.start("nat64", "tayga", "-c", folder / "tayga.conf", "-n", "-d", log=folder / "tayga.log")
    lab.run("web", "ip", "route", "add", POOL, "via", GATEWAY[0])
    lab.run("only6", "ip", "-6", "route", "add", PREFIX, "via", GATEWAY[1])
    return process


def advertised(lab):
    """A router, and hosts that make an address of the prefix it advertises, each in its own way."""
    lab.host("router", ROUTER, eui64=True)  # advertisements come from a link-local address
    for number, name in enumerate(HOSTS):
        lab.host(name, eui64=True)
        conf = "net.ipv6.conf.eth0."
        # A universally administered address (RFC 7042, for documentation), as real hardware has.
        lab.run(name, "ip", "link", "set", "eth0", "address", f"00:00:5e:00:53:{0x10 + number:02x}")
        if name == "stable":
            lab.run(name, "sysctl", "-qw", f"{conf}stable_secret=2001:db8::5ec:{number}")
        for key, value in (("use_tempaddr", 2 if name == "temporary" else 0), ("accept_ra", 1)):
            lab.run(name, "sysctl", "-qw", f"{conf}{key}={value}")
        lab.run(name, "ip", "-6", "route", "add", "2001:db8::/32", "dev", "eth0")


def answers(lab):
    """{address: SYN-ACKs sent from it}, and what was dropped: the server's own counters."""
    rules = json.loads(lab.run("web", "nft", "-j", "list", "table", "inet", "lab"))["nftables"]
    return {row["rule"]["comment"]: next(e["counter"]["packets"] for e in row["rule"]["expr"] if "counter" in e)
            for row in rules if "rule" in row}


def curl(lab, host, name, addresses, *options):
    """One request: (addresses tried, in order; curl's own record of the connection it used)."""
    where = ",".join(f"[{a}]" if ":" in a else a for a in addresses)
    wanted = json.dumps({k: f"%{{{k}}}" for k in
                         ("remote_ip", "local_ip", "local_port", "http_code", "time_connect")})
    said = lab.run(host, "curl", "-sv", "-o", "/dev/null", "--resolve", f"{name}:80:{where}", *options, "-w",
                   f"\nresult {wanted}\n", f"http://{name}/", check=False)
    tried = re.findall(r"Trying \[?([0-9a-f.:]+?)\]?:80\.\.\.", said)
    return tried, json.loads(re.search(r"^result (.*)$", said, re.M)[1])


def happy_eyeballs(lab):
    """Plays WALK; returns [(row, addresses tried, curl's record, addresses that answered)]."""
    seen = []
    for row in WALK:
        kind, name, v6, v4, options = row
        before = answers(lab)
        if kind.startswith("slow"):
            lab.start("web", "sh", "-c", f"sleep 0.3; ip addr add {v6}/32 dev eth0 nodad")
        tried, made = curl(lab, "client", name, [a for a in (v6, v4) if a], *options)
        if kind.startswith("slow"):  # its answer may come when curl has ended
            until(f"the answer from {v6}", lambda: answers(lab)[v6] > before[v6])
        after = answers(lab)
        answered = {a for a in COUNTED if after[a] > before[a]} | ({WEB4} & {made["remote_ip"]})
        if kind == "dropped" and after["dropped"] == before["dropped"]:
            raise RuntimeError("the firewall dropped nothing")
        seen.append((row, tried, made, answered))
    return seen


def own_addresses(lab, host):
    """Global addresses of a host by its kernel: {address: temporary or not}."""
    rows = json.loads(lab.run(host, "ip", "-j", "-6", "addr", "show", "dev", "eth0", "scope", "global"))
    return {a["local"]: bool(a.get("temporary")) for row in rows for a in row.get("addr_info", ())
            if "local" in a and ipaddress.ip_address(a["local"]) in ipaddress.ip_network(ADVERTISED)}


def of_eui64(address):
    return ipaddress.ip_address(address).packed[11:13] == b"\xff\xfe"


def attempt(truth, facts, client, server, made, answered):
    used = made["remote_ip"] == server
    port = {"client_port": int(made["local_port"])} if used else {}
    truth.event("ipv6", client=client, **port, server=server, server_port=80,
                family="ipv6" if ":" in server else "ipv4", answered=answered, used=used, **facts)


def tell(truth, walked, through, autoconfigured, log):
    """Events, one an attempt that was on the wire. Returns [(family, answered, NAT64)] of them."""
    rows = []
    for (kind, name, *_), tried, made, answered in walked:
        for server in tried:
            if server == NOBODY:
                continue  # neighbour discovery found nobody, so that the SYN never left the host
            attempt(truth, {"case": kind, "name": name}, CLIENT[":" in server], server, made, server in answered)
            rows.append((":" in server, server in answered, False))
        if made["http_code"] == "200":
            log.remove((made["local_ip"], made["local_port"], made["remote_ip"], name))
    target, made, mapped = through
    attempt(truth, {"case": "nat64", "name": "v4only.example.test"}, ONLY6, target, made, True)
    truth.event("ipv6", case="nat64, translated", name="v4only.example.test", client=mapped, server=WEB4,
                server_port=80, family="ipv4", answered=True, used=True)
    rows += [(True, True, True), (False, True, False)]
    for host, (made, addresses) in autoconfigured.items():
        kind = "temporary" if addresses[made["local_ip"]] else "eui64" if of_eui64(made["local_ip"]) else "stable"
        assert kind == host, (host, made, addresses)
        attempt(truth, {"case": f"address: {kind}", "name": "dual.example.test"}, made["local_ip"], WEB6, made, True)
        log.remove((made["local_ip"], made["local_port"], WEB6, "dual.example.test"))
        rows.append((True, True, False))
    assert [line[0] for line in log] == [mapped], log
    return rows


def counts(truth, rows, exchanges, clients):
    """`exchanges`: DNS queries that unbound logged, each a connection of its own over IPv6."""
    rows = rows + [(True, True, False)] * exchanges
    answered = [row for row in rows if row[1]]
    truth.share("ip6.connections", "connections", [row[0] for row in answered])
    truth.share("ip6.reach", "connections", [row[1] for row in rows if row[0]])
    truth.share("ip4.reach", "connections", [row[1] for row in rows if not row[0]])
    truth.share("ip6.path.native", "connections", [not row[2] for row in answered if row[0]])
    truth.share("ip6.path.nat64", "connections", [row[2] for row in answered if row[0]])
    for path in ("6in4", "6to4", "teredo"):
        truth.share(f"ip6.path.{path}", "connections", [False for row in answered if row[0]])
    truth.share("ip6.privacy", "addresses", [not of_eui64(a) for a in sorted(clients)])


def play(lab, folder, capture, truth):
    servers(lab, folder)
    tayga = translator(lab, folder)
    advertised(lab)
    lab.host("client", *CLIENT)
    # A SYN waits for its neighbour: asked for ten times, each 0.1 s.
    for key, value in (("retrans_time_ms", 100), ("mcast_solicit", 10)):
        lab.run("client", "sysctl", "-qw", f"net.ipv6.neigh.eth0.{key}={value}")
    with lab.mirrored(capture):
        walked = happy_eyeballs(lab)
        said = [lab.run("only6", "dig", f"@{CLOSED}", "+short", "+tries=1", name, "AAAA").split()
                for name in ("ipv4only.arpa", "v4only.example.test")][1]
        _, made = curl(lab, "only6", "v4only.example.test", said)
        through = [said[0], made]
        autoconfigured = {}
        lab.run("router", "python3", "-c", ADVERTISE, ADVERTISED.partition("/")[0])
        for host in HOSTS:
            wanted = 2 if host == "temporary" else 1
            until(f"an address of {host}", lambda: len(own_addresses(lab, host)) >= wanted)
            _, made = curl(lab, host, "dual.example.test", [WEB6])
            autoconfigured[host] = (made, own_addresses(lab, host))
    lab.stop(tayga)  # its log is whole when it has ended
    log = [re.match(r"(\S+) (\d+) (\S+) 200 (\S+)$", line).groups()
           for line in (folder / "access.log").read_text().splitlines()]
    mapping = re.search(r"assigned new pool address (\S+) \((\S+)\)", (folder / "tayga.log").read_text())
    assert mapping[2] == ONLY6, mapping
    queries = re.findall(r"info: (\S+) (\S+) (\S+) IN$", (folder / "resolver" / "unbound.log").read_text(), re.M)
    assert queries == [(ONLY6, f"{name}.", "AAAA") for name in ("ipv4only.arpa", "v4only.example.test")], queries
    truth.source("curl -v and -w", "nginx: access log", "nftables: the server's own counters", "ip addr",
                 "tayga: log", "unbound: log of queries")
    truth.operator("--nat64", PREFIX)
    rows = tell(truth, walked, [*through, mapping[1]], autoconfigured, log)
    counts(truth, rows, len(queries), {CLIENT[1], ONLY6, *(made["local_ip"] for made, _ in autoconfigured.values())})
    truth.note(addresses={host: list(addresses) for host, (_, addresses) in autoconfigured.items()},
               dns64=said, tayga=mapping[0], seconds={f"{i} {row[0]}": made["time_connect"]
                                                      for i, (row, _, made, _) in enumerate(walked)})
