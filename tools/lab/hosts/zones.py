"""The signed name space of the lab: a root, one top-level domain and zones that differ in their signatures."""
import os
import pathlib

from network import run

ROOT4, ROOT6 = "198.18.0.53", "2001:db8:0:53::53"
TTL = 300
TXT_FILLER = "x" * 250


def soa_ns(zone, server="ns.test."):
    """The apex of a zone that one name server serves."""
    return (f"{zone} {TTL} IN SOA {server} hostmaster.test. 1 3600 900 604800 60\n"
            f"{zone} {TTL} IN NS {server}\n")


def example():
    """Every record type whose uptake is measured."""
    z = "example.test."
    return soa_ns(z) + "\n".join([
        f"{z} 300 IN A 192.0.2.80", f"{z} 300 IN AAAA 2001:db8:80::80", f"{z} 300 IN MX 10 mx.{z}",
        f'{z} 300 IN TXT "v=spf1 mx -all"', f'_dmarc.{z} 300 IN TXT "v=DMARC1; p=reject; rua=mailto:d@example.test"',
        f'sel1._domainkey.{z} 300 IN TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="',
        f'_mta-sts.{z} 300 IN TXT "v=STSv1; id=20240101000000"',
        f'_smtp._tls.{z} 300 IN TXT "v=TLSRPTv1; rua=mailto:t@example.test"',
        f'{z} 300 IN CAA 0 issue "ca.example.test"', f"www.{z} 300 IN A 192.0.2.80",
        f"www.{z} 300 IN AAAA 2001:db8:80::80",
        f"mx.{z} 300 IN A 192.0.2.25", f"mx.{z} 300 IN AAAA 2001:db8:80::25",
        f"_25._tcp.mx.{z} 300 IN TLSA 3 1 1 {'ab' * 32}", f"_443._tcp.www.{z} 300 IN TLSA 3 1 1 {'cd' * 32}",
        f"www.{z} 300 IN HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.80 ipv6hint=2001:db8:80::80",
        f"{z} 300 IN HTTPS 0 www.{z}", f"_dns.ns.{z} 300 IN SVCB 1 ns.{z} alpn=dot",
        f"alias.{z} 300 IN CNAME www.{z}", f"v4only.{z} 300 IN A 192.0.2.81",
        f"v6only.{z} 300 IN AAAA 2001:db8:80::81",
        f"*.wild.{z} 300 IN A 192.0.2.82",
    ]) + "\n"


def rsa():
    """Answers that need fragments: a TXT RRset of about 3 kB and one of about 1.6 kB."""
    z = "rsa.test."
    big = [f'big.{z} 300 IN TXT "{i:02d}{TXT_FILLER}"' for i in range(11)]
    mid = [f'mid.{z} 300 IN TXT "{i:02d}{TXT_FILLER}"' for i in range(5)]
    return soa_ns(z) + "\n".join([f"{z} 300 IN A 192.0.2.90", f"{z} 300 IN AAAA 2001:db8:80::90",
                                  f'{z} 300 IN TXT "v=spf1 -all"', *big, *mid]) + "\n"


def small(zone, last, server="ns.test."):
    return soa_ns(zone, server) + (
        f"{zone} 300 IN A 192.0.2.{last}\nwww.{zone} 300 IN A 192.0.2.{last}\n"
        f"www.{zone} 300 IN AAAA 2001:db8:80::{last}\n{zone} 300 IN MX 10 www.{zone}\n")


# zone: (text, algorithm, bits, how it is signed, DS digest options)
SIGNED = {
    "example.test.": (example(), "ED25519", None, ["-n", "-t", "0"], ["-2"]),
    "rsa.test.": (rsa(), "RSASHA256", 2048, [], ["-1", "-2"]),
    "p256.test.": (small("p256.test.", 91), "ECDSAP256SHA256", None, ["-n", "-t", "5", "-s", "abcd"], ["-4"]),
    "bogus.test.": (small("bogus.test.", 92), "ECDSAP256SHA256", None, [], ["-2"]),
    # An unsigned delegation below opt-out; more iterations than resolvers follow; signatures that are long over.
    "optout.test.": (small("optout.test.", 95) + "sub.optout.test. 300 IN NS ns.test.\n", "ECDSAP256SHA256", None,
                     ["-n", "-p", "-t", "0"], ["-2"]),
    "iterations.test.": (small("iterations.test.", 96), "ECDSAP256SHA256", None, ["-n", "-t", "500"], ["-2"]),
    "expired.test.": (small("expired.test.", 97), "ECDSAP256SHA256", None,
                      ["-i", "20200101000000", "-e", "20200201000000"], ["-2"]),
    **{f"{name}.test.": (small(f"{name}.test.", last), algorithm, bits, [], ["-2"])
       for name, last, algorithm, bits in (("sha1", 101, "RSASHA1", 2048), ("sha512", 102, "RSASHA512", 2048),
                                           ("p384", 103, "ECDSAP384SHA384", None), ("ed448", 104, "ED448", None))},
}
PLAIN = "plain.test."  # not signed


def key(folder, zone, algorithm, bits, ksk):
    words = ["ldns-keygen", "-a", algorithm, "-r", "/dev/urandom"]
    words += ["-b", bits] if bits else []
    words += ["-k"] if ksk else []
    return run(*words, zone, cwd=folder).strip().splitlines()[-1]


def sign(folder, zone, text, algorithm, bits, how):
    """Writes the zone, signs it with a KSK and a ZSK; returns its file and the KSK's name."""
    name = "root" if zone == "." else zone.rstrip(".")
    path = folder / f"{name}.zone"
    path.write_text(text)
    ksk, zsk = key(folder, zone, algorithm, bits, True), key(folder, zone, algorithm, bits, False)
    run("ldns-signzone", *how, "-o", zone, path.name, ksk, zsk, cwd=folder)
    return folder / f"{name}.zone.signed", ksk


def delegation(folder, zone, ksk, digests):
    """NS of a child zone, with its DS when it is signed."""
    lines = f"{zone} {TTL} IN NS ns.test.\n"
    for digest in digests:
        lines += run("ldns-key2ds", "-n", "-f", digest, f"{ksk}.key", cwd=folder).strip() + "\n"
    return lines


def tamper(path):
    """Changes an address below its signature, so that the zone validates no more."""
    text = path.read_text()
    changed = text.replace("192.0.2.92", "192.0.2.93")
    assert changed != text
    path.write_text(changed)


def make(folder, extra=None, wanted=None):
    """Makes zones in a folder, with `extra` records by zone: the root, test. and those below it that are wanted
    (None: all). Returns {zone: file} and the root's DS records."""
    extra, wanted = extra or {}, (*SIGNED, PLAIN) if wanted is None else wanted
    assert set(extra) <= set(wanted), (extra, wanted)
    folder = pathlib.Path(folder)
    os.makedirs(folder, exist_ok=True)
    files, tld = {}, ""
    for zone in wanted:
        more = "".join(line + "\n" for line in extra.get(zone, ()))
        if zone == PLAIN:
            tld += delegation(folder, zone, None, [])
            files[zone] = folder / "plain.test.zone"
            files[zone].write_text(small(zone, 94) + f'{zone} 300 IN TXT "v=spf1 ~all"\n' + more)
            continue
        text, algorithm, bits, how, digests = SIGNED[zone]
        files[zone], ksk = sign(folder, zone, text + more, algorithm, bits, how)
        tld += delegation(folder, zone, ksk, digests)
    if "bogus.test." in files:
        tamper(files["bogus.test."])
    above, anchor = top(folder, tld)
    return {**files, **above}, anchor


def top(folder, tld):
    """Makes test., of the lines below its apex, and the root. Returns their files and the root's DS records."""
    files = {}
    text = soa_ns("test.") + f"ns.test. 300 IN A {ROOT4}\nns.test. 300 IN AAAA {ROOT6}\n" + tld
    files["test."], ksk = sign(folder, "test.", text, "ECDSAP256SHA256", None, ["-n", "-t", "0"])
    root = soa_ns(".") + delegation(folder, "test.", ksk, ["-2"]) + \
        f"ns.test. 300 IN A {ROOT4}\nns.test. 300 IN AAAA {ROOT6}\n"
    files["."], ksk = sign(folder, ".", root, "RSASHA256", 2048, [])
    return files, run("ldns-key2ds", "-n", "-2", f"{ksk}.key", cwd=folder)
