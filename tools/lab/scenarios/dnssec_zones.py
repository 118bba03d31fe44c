"""The zones of the scenario dnssec: six that are right and rich, by three servers, and those that are not right, each
with what it is, what is asked of it, and the verdict that it was made for."""
import collections

from hosts import faults, zones
from hosts.signed_zone import Key, SignedZone
from network import run

P256 = "ECDSAP256SHA256"
SERVERS = {"nsd": "ns.test.", "knot": "ns-knot.test.", "bind": "ns-bind.test."}
ADDRESSES = {"nsd": (zones.ROOT4, zones.ROOT6), "knot": ("198.18.0.54", "2001:db8:0:54::54"),
             "bind": ("198.18.0.55", "2001:db8:0:55::55")}
ROLLING, ONLINE = "rolling.test.", "online.test."
S, I, B = "secure", "insecure", "bogus"

# A zone of www and apex: how it is signed, with how many KSKs, ZSKs and keys that are published alone; the change that
# makes it what it is; (name below it, type, verdict) of the questions.
Small = collections.namedtuple("Small", "label why ask change how algorithm bits keys more by_bind",
                               defaults=(None, [], P256, None, (1, 1, 0), "", False))
WWW = [("www", "A", S), ("www", "MX", S), ("nothere", "A", S), ("", "DNSKEY", S)]
BAD = [("www", "A", B), ("nothere", "AAAA", B)]
UNSIGNED = [("www", "A", I), ("nothere", "A", I)]
DENIED = [("www", "A", S), ("nothere", "A", B)]
NSEC3 = ["-n", "-t", "0"]
CUT = "sub.{z} 300 IN NS ns.test.\n"
WILD, ENT = "*.wild.{z} 300 IN A 192.0.2.11\n", "deep.ent.{z} 300 IN A 192.0.2.12\n"
SMALL = [
    Small("expired", "the signatures are over", [*BAD, ("", "DNSKEY", B)],
          how=["-i", "20200101000000", "-e", "20200201000000"]),
    Small("future", "the signatures begin later", BAD, how=["-i", "20400101000000", "-e", "20400201000000"]),
    Small("wrongds", None, [*BAD, ("", "DS", S), ("", "DNSKEY", B)], faults.wrong_ds),
    Small("nozsk", None, BAD, faults.no_zsk),
    Small("nodnskey", None, BAD, faults.no_dnskey),
    Small("unsigned", None, [("www", "A", B), ("www", "AAAA", S)], faults.no_signature),
    Small("spoiled", None, [("www", "A", B), ("www", "AAAA", S)], faults.spoiled),
    Small("signer", None, [("www", "A", B), ("www", "AAAA", S)], faults.foreign_signer),
    Small("zonekey", None, [("www", "A", B)], faults.no_zone_key),
    Small("nsecshort", None, DENIED, faults.nsec_short),
    Small("nsecchanged", None, DENIED, faults.nsec_unsigned),
    Small("nseclies", None, [("www", "A", S), ("www", "MX", B)], faults.nsec_lies),
    Small("nonsec", None, [*DENIED, ("www", "MX", B)], faults.no_nsec),
    Small("nsec3missing", None, DENIED, faults.nsec3_missing, NSEC3),
    Small("nsec3spoiled", None, DENIED, faults.nsec3_spoiled, NSEC3),
    Small("openwild", None, [("a.wild", "A", B)], faults.wildcard_open, more=WILD),
    Small("baddname", None, [("www.old", "A", B)], faults.dname_spoiled, more="old.{z} 300 IN DNAME nsd3.test.\n"),
    Small("optout", "NSEC3 with opt-out, and a record for the unsigned delegation all the same",
          [("www", "A", S), ("nothere", "A", I), ("www", "MX", S), ("sub", "DS", S), ("www.sub", "A", I)],
          how=["-n", "-p", "-t", "0"], more=CUT),
    Small("optoutcut", "NSEC3 with opt-out, without a record for the unsigned delegation",
          [("www", "A", S), ("nothere", "A", I), ("sub", "DS", I), ("www.sub", "A", I)],
          how=["-3", "-", "-A", "-H", "0"], more=CUT, by_bind=True),
    Small("iter1", "NSEC3 with one iteration", WWW, how=["-n", "-t", "1", "-s", "abcd"]),
    Small("iter150", "NSEC3 with 150 iterations", WWW, how=["-n", "-t", "150"]),
    Small("iter151", "NSEC3 with 151 iterations", [("www", "A", S), ("www", "MX", I), ("nothere", "A", I)],
          how=["-n", "-t", "151"]),
    Small("rsasha1", "RSASHA1 (5)", WWW, algorithm="RSASHA1", bits=2048),
    Small("rsasha1n3", "RSASHA1-NSEC3-SHA1 (7)", WWW, how=NSEC3, algorithm="RSASHA1-NSEC3-SHA1", bits=2048),
    Small("rsasha256", "RSASHA256 (8)", WWW, algorithm="RSASHA256", bits=1024),
    Small("rsasha512", "RSASHA512 (10)", WWW, algorithm="RSASHA512", bits=3072),
    Small("p256", "ECDSAP256SHA256 (13)", WWW),
    Small("p384", "ECDSAP384SHA384 (14)", WWW, algorithm="ECDSAP384SHA384"),
    Small("ed25519", "ED25519 (15)", WWW, algorithm="ED25519"),
    Small("ed448", "ED448 (16)", WWW, algorithm="ED448"),
    Small("unknown", None, UNSIGNED, faults.renumbered),
    Small("digest200", None, UNSIGNED, faults.unknown_digest),
    Small("mixedds", None, WWW, faults.with_unknown_ds),
    Small("sha1ds", None, WWW, faults.sha1_beside),  # unbound takes the DS that fits
    Small("island", None, UNSIGNED, faults.no_ds),
    Small("prepublished", "roll-over: a ZSK is published and does not sign yet", WWW, keys=(1, 1, 1)),
    Small("doublesigned", "roll-over: two ZSKs sign", WWW, keys=(1, 2, 0)),
    Small("halfspoiled", None, [("www", "A", S), ("www", "AAAA", S)], faults.one_of_two_spoiled, keys=(1, 2, 0)),
    Small("doubleds", "roll-over: two KSKs sign the keys, and each has a DS", WWW, keys=(2, 1, 0)),
    Small("standby", None, WWW, faults.with_standby_ds),
    Small("revoked", None, WWW, faults.revoked),  # unbound knows revocation of trust anchors alone
    Small("shortttl", None, WWW, faults.short_ttl),
    Small("longttl", None, WWW, faults.long_ttl),
]

# What is asked of a rich zone; names whose zone is another take that zone's part of the verdict.
RICH = [("www", "A", S), ("nothere", "A", S), ("www", "MX", S), ("a.wild", "A", S), ("b.wild", "MX", S),
        ("ent", "A", S), ("x.ent", "A", S), ("alias", "AAAA", S), ("across", "A", S), ("toplain", "A", I),
        ("tobad", "A", B), ("www.old", "A", S), ("nothere.old", "A", S), ("c.cwild", "A", S), ("sub", "DS", S),
        ("www.sub", "A", I), ("nothere.sub", "A", I), ("www.child", "A", S), ("nothere.child", "A", S),
        ("child", "DS", S), ("big", "TXT", S)]
# zone: (its server, how it is signed, the zone that its aliases lead to)
RICH_ZONES = {"nsd": ("nsd", [], "knot3"), "nsd3": ("nsd", [*NSEC3, "-s", "beef"], "bind"),
              "knot": ("knot", [], "bind3"), "knot3": ("knot", NSEC3, "nsd"),
              "bind": ("bind", [], "nsd3"), "bind3": ("bind", ["-3", "cafe", "-H", "0"], "knot")}


def rich(zone, server, other):
    """Wildcards, an empty non-terminal, a DNAME, aliases within the zone and out of it, cuts with and without DS."""
    z, o = zone, f"{other}.test."
    big = "".join(f'big.{z} 300 IN TXT "{i:02d}{zones.TXT_FILLER}"\n' for i in range(6))
    return zones.small(z, 10, server) + big + WILD.format(z=z) + ENT.format(z=z) + "".join(f"{line}\n" for line in (
        f"alias.{z} 300 IN CNAME www.{z}",
        f"across.{z} 300 IN CNAME www.{o}", f"toplain.{z} 300 IN CNAME www.plain.test.",
        f"tobad.{z} 300 IN CNAME www.expired.test.", f"old.{z} 300 IN DNAME {o}",
        f"*.cwild.{z} 300 IN CNAME www.{o}", f"sub.{z} 300 IN NS {server}"))


def signed(folder, zone, text, how, algorithm=P256, bits=None, keys=(1, 1, 0)):
    """Signs with ldns-signzone. Returns the file, and the names of the KSKs and of the ZSKs."""
    ksks = [zones.key(folder, zone, algorithm, bits, True) for _ in range(keys[0])]
    zsks = [zones.key(folder, zone, algorithm, bits, False) for _ in range(keys[1])]
    for _ in range(keys[2]):
        text += (folder / f"{zones.key(folder, zone, algorithm, bits, False)}.key").read_text()
    path = folder / f"{zone}zone"
    path.write_text(text)
    # -A: each key signs the keys
    run("ldns-signzone", *how, "-o", zone, path.name, *ksks, *zsks, cwd=folder)
    return folder / f"{path.name}.signed", ksks, zsks


def signed_by_bind(folder, zone, text, how):
    """The same with BIND's tools."""
    words = ["dnssec-keygen", "-q", "-a", P256]
    ksk, zsk = (run(*words, *more, zone, cwd=folder).strip().splitlines()[-1] for more in (["-f", "KSK"], []))
    path = folder / f"{zone}zone"
    path.write_text(text + "".join((folder / f"{key}.key").read_text() for key in (ksk, zsk)))
    run("dnssec-signzone", "-q", *how, "-o", zone, "-f", f"{path.name}.signed", "-k", ksk, path.name, zsk, cwd=folder)
    return folder / f"{path.name}.signed", [ksk], [zsk]


class Made:
    """What serves them: files by server and zone, and the lines of test. about them."""

    def __init__(self, folder):
        self.folder, self.files, self.tld = folder, {server: {} for server in SERVERS}, ""

    def delegate(self, zone, server, ds):
        """Lines of the parent."""
        return f"{zone} {zones.TTL} IN NS {SERVERS[server]}\n" + "".join(
            f"{zone} {zones.TTL} IN DS {record}\n" for record in ds)

    def ds(self, *ksks):
        return [run("ldns-key2ds", "-n", "-2", f"{ksk}.key", cwd=self.folder).split("DS", 1)[1].strip()
                for ksk in ksks]

    def small(self, of, number):
        zone = f"{of.label}.test."
        text = zones.small(zone, number) + of.more.format(z=zone)
        if of.by_bind:
            path, ksks, zsks = signed_by_bind(self.folder, zone, text, of.how)
        else:
            path, ksks, zsks = signed(self.folder, zone, text, of.how, of.algorithm, of.bits, of.keys)
        ds = self.ds(*ksks)
        if of.change:
            parts = SignedZone(path, zone, Key(self.folder, ksks[0]), Key(self.folder, zsks[0]))
            changed = of.change(parts)
            ds = ds if changed is None else changed
            parts.write()
        self.files["nsd"][zone] = path
        self.tld += self.delegate(zone, "nsd", ds)

    def rich(self, label, server, how, other):
        zone, by = f"{label}.test.", signed_by_bind if server == "bind" else signed
        child, sub = f"child.{zone}", f"sub.{zone}"
        path, ksks, _ = by(self.folder, child, zones.small(child, 20, SERVERS[server]), how)
        self.files[server][child] = path
        self.files[server][sub] = self.folder / f"{sub}zone"
        self.files[server][sub].write_text(zones.small(sub, 21, SERVERS[server]))
        text = rich(zone, SERVERS[server], other) + self.delegate(child, server, self.ds(*ksks))
        path, ksks, _ = by(self.folder, zone, text, how)
        self.files[server][zone] = path
        self.tld += self.delegate(zone, server, self.ds(*ksks))


def rolling(made):
    """A zone whose ZSK is rolled while it is asked (RFC 6781 section 4.1.1.1): the text of each of its states."""
    folder, zone = made.folder, ROLLING
    ksk, *zsks = (zones.key(folder, zone, P256, None, kind) for kind in (True, False, False))
    published = [(folder / f"{key}.key").read_text() for key in zsks]
    text = zones.small(zone, 23).replace(" 300 ", " 1 ")
    states = []
    for more, signs in ((published[1], zsks[0]), (published[0], zsks[1]), ("", zsks[1])):
        path = folder / f"{zone}zone"
        path.write_text(text + more)
        run("ldns-signzone", "-o", zone, path.name, ksk, signs, cwd=folder)
        states.append((folder / f"{path.name}.signed").read_text())
    made.files["nsd"][zone] = folder / f"{path.name}.signed"
    made.files["nsd"][zone].write_text(states[0])
    made.tld += made.delegate(zone, "nsd", made.ds(ksk))
    return states


def make(folder, knot):
    """Makes all zones, one of them for `knot` to sign as it answers; returns {server: {zone: file}}, the root's DS
    records, and the states of the rolling zone."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Made(folder)
    for number, of in enumerate(SMALL, 30):
        made.small(of, number)
    for label, (server, how, other) in RICH_ZONES.items():
        made.rich(label, server, how, other)
    for zone in ("plain.test.", "sub.optout.test.", "sub.optoutcut.test."):
        made.files["nsd"][zone] = folder / f"{zone}zone"
        made.files["nsd"][zone].write_text(zones.small(zone, 22))
    made.tld += made.delegate("plain.test.", "nsd", [])
    states = rolling(made)
    online = folder / f"{ONLINE}zone"
    online.write_text(zones.small(ONLINE, 24, SERVERS["knot"]) + WILD.format(z=ONLINE) + ENT.format(z=ONLINE))
    made.tld += made.delegate(ONLINE, "knot", knot.sign_online(ONLINE, online))
    for server in ("knot", "bind"):
        made.tld += "".join(f"{SERVERS[server]} 300 IN {kind} {address}\n"
                            for kind, address in zip(("A", "AAAA"), ADDRESSES[server]))
    above, anchor = zones.top(folder, made.tld)
    made.files["nsd"].update(above)
    return made.files, anchor, states


def questions():
    """(name, type, verdict) of all zones; the rich ones first, so that the links to what others lead to are there."""
    asked = [(f"{name}.{label}.test" if name else f"{label}.test", kind, verdict)
             for label, rows in (*((label, RICH) for label in RICH_ZONES), *((of.label, of.ask) for of in SMALL))
             for name, kind, verdict in rows]
    asked += [(f"{name}.online.test", kind, S) for name, kind in (
        ("www", "A"), ("nothere", "A"), ("www", "MX"), ("a.wild", "A"), ("b.wild", "MX"), ("ent", "A"), ("x.ent", "A"))]
    return [*asked, ("www.plain.test", "A", I), ("plain.test", "DS", S), ("nothere.test", "A", S), (".", "DNSKEY", S)]


def reason(name):
    """What is special about the zone of a name."""
    for of in SMALL:
        if f".{name}".endswith(f".{of.label}.test"):
            return of.why or of.change.__doc__.rstrip(".")
    return ""
