#!/usr/bin/env python3
"""Compares uptake's events on the golden cases with what the servers and clients themselves reported.

usage: truth.py UPTAKE
"""
import collections
import json
import sys

import harness

VERSIONS = {"TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1", "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3"}
GROUPS = {"X25519": 0x1D, "X448": 0x1E, "prime256v1": 0x17, "secp384r1": 0x18, "secp521r1": 0x19}


def session(event):
    """What is compared of one TLS session; what TLS 1.3 hides is left out."""
    found = {"family": 6 if ":" in event["client"] else 4, "port": event["server_port"], "sni": event.get("name"),
             "agreed": event["sight"] == "complete"}
    if found["agreed"]:
        old = event["version"] != "TLS 1.3"
        found.update(version=event["version"], suite=int(event["suite"], 16), resumed=event["resumed"],
                     retry=event["hello_retry"])
        if old:
            found.update(ems=event["ems"], secure_renegotiation=event["secure_renegotiation"])
        # A resumed session below 1.3 exchanges no key; neither do plain RSA and PSK.
        found["group"] = event["group"] if event["group_sight"] == "known" else event["group_sight"]
    return found


def group_of(connection):
    """The group as `session` shows it, from s_client's "Server Temp Key"."""
    said = connection["temp_key"]
    if said is None:
        return "none"
    for name, code in GROUPS.items():
        if name in said:
            return f"0x{code:04x}"
    # "DH": RFC 7919's group of 2048 bits in TLS 1.3 and at the server that was given it; elsewhere others.
    return "0x0100" if connection["version"] == "TLSv1.3" or connection["server"] == "ffdhe" else "custom_dh"


def scripted(connection):
    wanted = {k: connection[k] for k in ("family", "port", "sni", "agreed")}
    if wanted["agreed"]:
        wanted.update(version=VERSIONS[connection["version"]], suite=connection["suite"],
                      resumed=connection["resumed"], retry=connection["retry"], group=group_of(connection))
        if connection["version"] != "TLSv1.3":
            wanted.update({k: connection[k] for k in ("ems", "secure_renegotiation")})
    return wanted


def compare(case, wanted, found):
    if wanted == found:
        return []
    return [f"{case}: {key}: the endpoints say {wanted.get(key)}, uptake {found.get(key)}"
            for key in sorted(set(wanted) | set(found), key=str) if wanted.get(key) != found.get(key)]


def in_order(events):
    """TLS sessions in the order of their connections: the clients connected one after another."""
    return [session(e) for e in sorted(events, key=lambda e: e["frame"]) if e["type"] == "tls"]


def tls_versions(truth, events):
    wanted = {i: scripted(c) for i, c in enumerate(truth["connections"])}
    return compare("tls-versions", wanted, dict(enumerate(in_order(events))))


def web(truth, events):
    wanted = [{"family": f["family"], "version": VERSIONS[f["version"]], "suite": f["suite"]}
              for f in truth["fetched"] if f["version"]]
    found = [{k: s[k] for k in ("family", "version", "suite")} for s in in_order(events)]
    return compare("web", dict(enumerate(wanted)), dict(enumerate(found)))


def dot(truth, events):
    sessions = [e for e in events if e["type"] == "tls"]
    wanted = {"sessions": len(truth["asked"]), "dot": len(truth["asked"]), "dns": 0}
    found = {"sessions": len(sessions), "dot": sum(e["dot"] for e in sessions),
             "dns": sum(e["type"] == "dns" for e in events)}
    return compare("dot", wanted, found)


def counted(events, message, what):
    return collections.Counter(key for e in events if e["type"] == "dns" and e["message"] == message
                               for key in what(e))


# unbound's counter: what is true of the queries that it counts
UNBOUND = {
    "total.num.queries": lambda e: True, "num.query.tcp": lambda e: e["tcp"], "num.query.edns.DO": lambda e: e["do"],
    "num.query.edns.present": lambda e: e["edns"], "num.query.flags.AD": lambda e: e["ad"],
    "num.query.flags.CD": lambda e: e["cd"], "num.query.flags.RD": lambda e: e["rd"],
    "num.query.ipv6": lambda e: ":" in e["client"],
}


def dns_stub(truth, events):
    """Queries against unbound's counters; responses against what dig and kdig printed, truncated ones apart."""
    counters = truth["resolver"]
    queries = counted(events, "query", lambda e: [name for name, holds in UNBOUND.items() if holds(e)])
    failures = compare("dns-stub queries", {name: counters[name] for name in UNBOUND}, queries)
    types = {k.rsplit(".", 1)[1]: v for k, v in counters.items() if k.startswith("num.query.type.")}
    types["CAA"] = types.pop("other")  # unbound counts the types above 255 together
    failures += compare("dns-stub query types", types, counted(events, "query", lambda e: [e["qtype"]]))
    # dig asks again over TCP and prints no truncated response, unless it was told +ignore.
    printed = [r for asked in truth["asked"] for r in asked["responses"] if "tc" not in r["flags"]]
    wanted = collections.Counter(r["rcode"] for r in printed)
    wanted.update(ad=sum("ad" in r["flags"] for r in printed), ede=sum(bool(r["ede"]) for r in printed))
    whole = [e for e in events if not e.get("tc")]
    found = counted(whole, "response", lambda e: [e["rcode"], *(flag for flag in ("ad", "ede") if e[flag])])
    return failures + compare("dns-stub responses", wanted, found)


def carried(event):
    return ("tcp" if event["tcp"] else "udp") + ("6" if ":" in event["client"] else "")


def dns_auth(truth, events):
    """Everything that nsd counted; RCODEs of all its answers."""
    counters = truth["authority"]
    found = counted(events, "query", lambda e: [e["qtype"]])
    types = {k.rsplit(".", 1)[1]: v for k, v in counters.items() if k.startswith("num.type.")}
    types["CAA"] = counters["num.queries"] - sum(types.values())  # nsd counts no type above 255
    failures = compare("dns-auth query types", types, found)
    queries = counted(events, "query", lambda e: [carried(e), *(["edns"] if e["edns"] else [])])
    wanted = {k: counters[f"num.{k}"] for k in ("udp", "udp6", "tcp", "tcp6", "edns")}
    failures += compare("dns-auth queries", wanted, queries)
    rcodes = {k.rsplit(".", 1)[1]: v for k, v in counters.items() if k.startswith("num.rcode.")}
    return failures + compare("dns-auth rcodes", rcodes, counted(events, "response", lambda e: [e["rcode"]]))


CHECKS = {"tls-versions": tls_versions, "web": web, "dot": dot, "dns-stub": dns_stub, "dns-auth": dns_auth}


def main():
    options = harness.parser(__doc__).parse_args()
    failures = []
    for case, capture in harness.cases().items():
        if case not in CHECKS:  # a truth of the lab: truth_check.py compares it
            continue
        run = harness.read(options.uptake, capture, events=True)
        if run.code != 0:
            failures.append(f"{case}: exit {run.code}: {run.errors}")
            continue
        failures += CHECKS[case](json.loads((capture.parent / "truth.json").read_text()), run.events)
    return harness.report(failures, f"{len(CHECKS)} golden cases against their endpoints")


if __name__ == "__main__":
    sys.exit(main())
