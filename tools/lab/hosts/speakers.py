"""BGP speakers (bird, FRR, gobgpd) and RTR caches (stayrtr), and what they say of their sessions and routes.

What a session negotiated and which routes it brought is said in numbers of the RFCs: capability codes (IANA), AS
numbers, NOTIFICATION codes. Each side's capabilities are those that its own daemon names.
"""
import base64
import json
import re
import shutil
import time

from network import until

CODES = {"Multiprotocol": 1, "Route refresh": 2, "Extended next hop": 5, "Extended message": 6, "Role": 9,
         "Graceful restart": 64, "4-octet AS numbers": 65, "ADD-PATH": 69, "Enhanced refresh": 70,
         "Long-lived graceful restart": 71}
# RFC 4271, 4.5 and later: what bird calls a NOTIFICATION
NOTIFICATIONS = {"Bad peer AS": (2, 2), "Role mismatch": (2, 11), "Unacceptable hold time": (2, 6),
                 "Administrative shutdown": (6, 2), "Administrative reset": (6, 4), "Hold timer expired": (4, 0)}

BIRD = """log "{folder}/bird.log" all;
router id {router_id};
timeformat protocol iso long us;
timeformat log iso long us;
protocol device {{ scan time 1; }}
template bgp speaker {{
  local as {asn};
  connect delay time 1;
  connect retry time 1;
  error wait time 60, 300;
  debug {{ states, events }};
}}
{text}
"""


def settled(read, calm=1.0, patience=20.0):
    """Waits until what read() returns has not changed for a while, and returns it."""
    seen, since, end = read(), time.monotonic(), time.monotonic() + patience
    while time.monotonic() - since < calm:
        if time.monotonic() > end:
            raise RuntimeError("the routes do not settle")
        time.sleep(0.1)
        now = read()
        if now != seen:
            seen, since = now, time.monotonic()
    return seen


def channels(more4="", more6=""):
    """Both address families of a session of bird; what is imported is what comes."""
    return f"  ipv4 {{ import all; {more4 or 'export all;'} }};\n  ipv6 {{ import all; {more6 or 'export all;'} }};\n"


def bgp(name, local, remote, asn, more, body=None):
    """A session of bird: `more` options of its own, `body` its channels."""
    body = channels() if body is None else body
    ends = f"  source address {local};\n  neighbor {remote} as {asn};\n"
    return f"protocol bgp to_{name} from speaker {{\n{ends}{more}\n{body}}}\n"


def static(name, prefixes, family, attributes=""):
    """Routes that bird originates; `attributes`: statements of its filter language."""
    lines = "".join(f"  route {p} blackhole {{ {attributes} }};\n" for p in prefixes)
    return f"protocol static {name} {{\n  ipv{family};\n{lines}}}\n"


class Bird:
    """bird in a host of the lab. Its sessions are called to_NAME: a bare name may be a word of its language."""

    def __init__(self, lab, folder, host, router_id, asn, text):
        self.lab, self.host, self.folder, self.asn = lab, host, folder / host, asn
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "bird.conf").write_text(
            BIRD.format(folder=self.folder, router_id=router_id, asn=asn, text=text))
        lab.run(host, "bird", "-p", "-c", self.folder / "bird.conf")  # its errors, if any
        lab.start(host, "bird", "-f", "-c", self.folder / "bird.conf", "-s", self.folder / "ctl", "-P",
                  self.folder / "pid", log=self.folder / "bird.out")
        until(f"bird in {host}", lambda: (self.folder / "ctl").exists())

    def ask(self, words):
        return self.lab.run(self.host, "birdc", "-s", self.folder / "ctl", words)

    def log(self):
        return (self.folder / "bird.log").read_text()

    def up(self, *names):
        """Whether these sessions are established."""
        said = self.ask("show protocols")
        return all(re.search(rf"^to_{name}\s+(BGP|RPKI)\s.*Established", said, re.M) for name in names)

    def session(self, name):
        """{"state", "hold_time", "mine": capabilities, "other": capabilities} of an established session."""
        said = self.ask(f"show protocols all to_{name}")
        hold = re.search(r"Hold timer:\s+[\d.]+/(\d+)", said)
        parts = {}
        for side, title in (("mine", "Local capabilities"), ("other", "Neighbor capabilities")):
            block = re.search(rf"^    {title}\n((?:      .*\n)*)", said, re.M)
            parts[side] = capabilities(block.group(1)) if block else None
        state = re.search(r"BGP state:\s+(\S+)", said).group(1)
        return {"state": state, "hold_time": hold and int(hold.group(1)), **parts}

    def routes(self, name, where=""):
        """Routes that a session brought, by prefix (and path identifier)."""
        return bird_routes(self.ask(f"show route all protocol to_{name} {where}".strip()))

    def count(self):
        """Routes of all tables, in total."""
        return re.findall(r"(\d+) of (\d+) routes", self.ask("show route count"))

    def notifications(self, name):
        """NOTIFICATIONs of a session by the log: (time, sent, (code, subcode), communication)."""
        found = []
        for when, how, text in re.findall(rf"^(\S+ \S+) <RMT> to_{name}: (Received|Error): (.*)$", self.log(), re.M):
            said = next((s for s in NOTIFICATIONS if text.startswith(s)), None)
            words = re.search(r'"(.*)"', text)
            if said:
                found.append((when, how == "Error", NOTIFICATIONS[said], words and words.group(1)))
        return found


def capabilities(block):
    """bird's list of capabilities as sorted IANA codes, address families and role."""
    names = re.findall(r"^      (\S.*?)$", block, re.M)
    codes = sorted({code for line in names for said, code in CODES.items() if line.startswith(said)})
    families = re.search(r"AF announced:(.*)", block)
    if codes == [9]:
        codes = []  # bird shows an OPEN without capabilities as one with the role of number 0
    role = codes and re.search(r"Role: (\S+)", block)
    found = {"codes": codes,
             "families": sorted(f"{f}-unicast" for f in families.group(1).split()) if families else []}
    if role:
        found["role"] = role.group(1)
    return found


def bird_path(text):
    """An AS path as a list; an AS_SET in it is a list of its own."""
    path = []
    for word in re.findall(r"\{[^}]*\}|\d+", text):
        path.append(sorted(int(n) for n in re.findall(r"\d+", word)) if word[0] == "{" else int(word))
    return path


def bird_communities(line):
    """(64496,1) (64496,2) as bird prints them: 64496:1, 64496:2."""
    return ["".join(c.split()).replace(",", ":") for c in re.findall(r"\(([^)]*)\)", line)]


def bird_routes(text):
    routes, prefix = [], None
    for line in text.splitlines():
        head = re.match(r"(\S+/\d+)?\s+\w+ \[(\S+) ", line)
        if head:
            prefix = head.group(1) or prefix
            routes.append({"prefix": prefix, "as_path": []})
            continue
        part = re.match(r"\s+BGP\.(\w+):\s*(.*)", line)
        if not part or not routes:
            continue
        key, value, last = part.group(1), part.group(2), routes[-1]
        if key == "as_path":
            last["as_path"] = bird_path(value)
        elif key == "as4_path":
            last["as4_path"] = bird_path(value)
        elif key == "community":
            last["communities"] = bird_communities(line)
        elif key == "large_community":
            last["large_communities"] = bird_communities(line)
        elif key == "ext_community":
            last["extended_communities"] = [extended(c) for c in bird_communities(line)]
        elif key == "otc":
            last["otc"] = int(value)
    for route in routes:
        route["origin_as"] = origin(route["as_path"])
    return sorted(routes, key=lambda r: (":" in r["prefix"], r["prefix"], str(r["as_path"])))


def origin(path):
    """RFC 6811: the last AS of the path; none where that is an AS_SET, or where there is no path (iBGP)."""
    return path[-1] if path and isinstance(path[-1], int) else None


STATES = ("valid", "not-found", "invalid")
KINDS = {"2": "rt", "3": "soo", "ro": "soo"}  # subtypes of RFC 4360 as the daemons call them


def extended(text):
    """One name for what the daemons call differently: rt:AS:N, soo:AS:N, and validation:STATE (RFC 8097)."""
    kind, asn, number = text.split(":")
    if kind == "generic" and asn == "0x43000000":
        return f"validation:{STATES[int(number, 16)]}"
    if "." in asn:
        high, low = asn.split(".")
        asn = (int(high) << 16) + int(low)
    return f"{KINDS.get(kind, kind)}:{asn}:{number}"


# Words of `show bgp neighbors json`; for route refresh bgpd always sends the code from before RFC 2918 too.
FRR_CODES = {"multiprotocolExtensions": {1}, "routeRefresh": {2, 128}, "extendedNexthop": {5}, "extendedMessage": {6},
             "role": {9}, "gracefulRestart": {64}, "4byteAs": {65}, "addPath": {69}, "enhancedRouteRefresh": {70},
             "longLivedGracefulRestart": {71}, "hostName": {73}}


# FRR's daemons keep a folder in /var/tmp: here one that nobody else sees
PRIVATE = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /var/tmp && exec "$0" "$@"']


class Frr:
    """FRR's bgpd with zebra; both run as user frr."""

    def __init__(self, lab, folder, host, text, modules=()):
        self.lab, self.host, self.folder = lab, host, folder / host
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "bgpd.conf").write_text(text)
        (self.folder / "zebra.conf").write_text("hostname zebra\n")
        for path in (self.folder, *self.folder.iterdir()):
            shutil.chown(path, "frr", "frrvty")
        same = ["-u", "frr", "-g", "frr", "--vty_socket", self.folder, "-z", self.folder / "zserv.sock"]
        for name, more in (("zebra", []), ("bgpd", ["-n", *(w for m in modules for w in ("-M", m))])):
            lab.start(host, *PRIVATE, f"/usr/lib/frr/{name}", *same, "-P", "0", "-i",
                      self.folder / f"{name}.pid", "-f", self.folder / f"{name}.conf", "--log", "stdout",
                      "--log-level", "debug", *more, log=self.folder / f"{name}.log")
            until(f"{name} in {host}", lambda name=name: (self.folder / f"{name}.vty").exists())

    def ask(self, *commands):
        words = [w for command in commands for w in ("-c", command)]
        return self.lab.run(self.host, "vtysh", "-H", self.folder / "history", "--vty_socket", self.folder, "-d",
                            "bgpd", *words)

    def json(self, command):
        said = self.ask(command)
        return json.loads(said[said.index("{"):] if "{" in said else "{}")

    def up(self, *peers):
        said = self.json("show bgp neighbors json")
        return all(said.get(p, {}).get("bgpState") == "Established" for p in peers)

    def session(self, peer):
        said = self.json(f"show bgp neighbors {peer} json")[peer]
        codes, families = set(), []
        for key, value in said["neighborCapabilities"].items():
            if key in FRR_CODES and re.search(r"advertised|advhostname", str(value).lower()):
                codes |= FRR_CODES[key]
            if key == "multiprotocolExtensions":
                families = sorted("ipv4-unicast" if "4" in k else "ipv6-unicast" for k in value)
        mine = {"codes": sorted(codes), "families": families}
        if 9 in codes:
            mine["role"] = said["localRole"]
        return {"state": said["bgpState"], "hold_time": said["bgpTimerHoldTimeMsecs"] // 1000, "mine": mine}

    def routes(self, family, peer):
        """Routes that a peer brought: each prefix asked for by itself, since only that shows all attributes."""
        table = self.json(f"show bgp {family} unicast neighbors {peer} routes json").get("routes", {})
        found = []
        for prefix in sorted(table):
            for path in self.json(f"show bgp {family} unicast {prefix} json").get("paths", []):
                if path.get("peer", {}).get("peerId") == peer:
                    found.append(frr_route(prefix, path))
        return found


def frr_route(prefix, path):
    route = {"prefix": prefix, "as_path": bird_path(path.get("aspath", {}).get("string", ""))}
    if "community" in path:
        route["communities"] = path["community"]["string"].split()
    if "largeCommunity" in path:
        route["large_communities"] = path["largeCommunity"]["string"].split()
    if "extendedCommunity" in path:
        route["extended_communities"] = [extended(c) for c in path["extendedCommunity"]["string"].lower().split()]
    if "rpkiValidationState" in path:
        route["validity"] = path["rpkiValidationState"].replace(" ", "-")
    if "otc" in path:
        route["otc"] = int(path["otc"])
    route["origin_as"] = origin(route["as_path"])
    return route


GOBGP_CODES = {"MultiProtocol": 1, "RouteRefresh": 2, "ExtendedNexthop": 5, "GracefulRestart": 64, "FourOctetASN": 65,
               "AddPath": 69, "EnhancedRouteRefresh": 70, "LongLivedGracefulRestart": 71, "Fqdn": 73}


class Gobgp:
    """gobgpd in a host of the lab; its own interface listens on the host's loopback."""

    def __init__(self, lab, folder, host, text):
        self.lab, self.host, self.folder = lab, host, folder / host
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "gobgpd.toml").write_text(text)
        # gobgpd tells its peers the machine's name (capability 73)
        lab.start(host, "unshare", "-u", "sh", "-c", 'hostname "$0" && exec "$@"', host,
                  "gobgpd", "-f", self.folder / "gobgpd.toml", "--api-hosts", "127.0.0.1:50051", "--pprof-disable",
                  "-l", "debug", log=self.folder / "gobgpd.log")
        lab.listening(host, 50051)

    def ask(self, *words):
        return self.lab.run(self.host, "gobgp", *words)

    def add(self, family, *words):
        self.ask("global", "rib", "add", "-a", family, *words)

    def up(self, *peers):
        states = {n["state"]["neighbor_address"]: n["state"].get("session_state")
                  for n in json.loads(self.ask("neighbor", "-j"))}
        return all(states.get(p) in (6, "ESTABLISHED") for p in peers)

    def session(self, peer):
        said = json.loads(self.ask("neighbor", peer, "-j"))
        names = [re.search(r"apipb\.(\w+)Capability", c["type_url"]).group(1) for c in said["state"]["local_cap"]]
        families = sorted(f"ipv{({1: 4, 2: 6})[a['state']['family']['afi']]}-unicast" for a in said["afi_safis"])
        return {"state": "Established", "hold_time": int(said["timers"]["state"]["negotiated_hold_time"]),
                "mine": {"codes": sorted({GOBGP_CODES[n] for n in names}), "families": families}}

    def routes(self, family, peer, table="adj-in"):
        """What a peer sent (adj-in) or was sent (adj-out)."""
        said = json.loads(self.ask("neighbor", peer, table, "-a", family, "-j")) or {}
        return [gobgp_route(prefix, path) for prefix in sorted(said) for path in said[prefix]]


def gobgp_route(prefix, path):
    route = {"prefix": prefix, "as_path": []}
    for attr in path["attrs"]:
        kind, value = attr["type"], attr.get("value")
        if kind == 2:
            for part in attr.get("as_paths") or []:
                route["as_path"] += [sorted(part["asns"])] if part["segment_type"] == 1 else part["asns"]
        elif kind == 8:
            route["communities"] = [f"{c >> 16}:{c & 0xffff}" for c in attr["communities"]]
        elif kind == 32:
            route["large_communities"] = [f"{v['ASN']}:{v['LocalData1']}:{v['LocalData2']}" for v in value]
        elif kind == 16:
            route["extended_communities"] = [extended(f"{v['subtype']}:{v['value']}") for v in value]
        elif kind == 35:
            route["otc"] = int.from_bytes(base64.b64decode(value), "big")
    route["origin_as"] = origin(route["as_path"])
    return route


def roas(path, entries, built):
    """The JSON that stayrtr reads: (prefix, longest, AS) of each ROA."""
    path.write_text(json.dumps({
        "metadata": {"buildtime": built, "vrps": len(entries)},
        "roas": [{"prefix": p, "maxLength": m, "asn": f"AS{a}", "ta": "lab", "expires": 4102444800}
                 for p, m, a in entries]}))


class Cache:
    """stayrtr, which reads its ROAs again on SIGHUP or when `refresh` seconds are over."""

    def __init__(self, lab, folder, host, entries, version, port=323, refresh=1, more=()):
        self.lab, self.host, self.folder = lab, host, folder / host
        self.folder.mkdir(parents=True, exist_ok=True)
        self.built = 0
        self.change(entries)
        lab.start(host, "stayrtr", "-bind", f":{port}", "-cache", self.folder / "roas.json",
                  "-checktime=false", "-metrics.addr", "127.0.0.1:9847", "-protocol", version, "-refresh", refresh,
                  "-loglevel", "debug", "-rtr.refresh", "3600", *more, log=self.folder / "stayrtr.log")
        lab.listening(host, port)

    def change(self, entries):
        self.built += 1
        new = self.folder / "roas.new"
        roas(new, entries, f"2024-01-01T00:00:{self.built:02d}Z")
        new.replace(self.folder / "roas.json")

    def log(self):
        return (self.folder / "stayrtr.log").read_text()

    def connections(self):
        """By its log, in order: each router's address, and the (query, version) that it sent and got answered."""
        found, order = {}, []
        for line in self.log().splitlines():
            new = re.search(r"Accepted (\w+) connection from (\S+) ", line)
            if new:
                order.append(new.group(2))
                address, port = new.group(2).rsplit(":", 1)
                found[new.group(2)] = {"client": address.strip("[]"), "client_port": int(port),
                                       "transport": new.group(1), "queries": [], "answered": []}
            asked = re.search(r'msg="(\S+) \(v\d\) .*Received PDU (\w+ Query) v(\d)', line)
            if asked:
                found[asked.group(1)]["queries"].append((asked.group(2), int(asked.group(3))))
            answer = re.search(r'msg="(\S+) \(v(\d)\) .* < Sent (\w+)', line)
            if answer:
                found[answer.group(1)]["answered"].append((answer.group(3), int(answer.group(2))))
        return [found[address] for address in order]
