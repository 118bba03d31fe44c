"""A zone that is signed already, taken to pieces: records and signatures are changed, dropped and made anew.

Keys are those that ldns-keygen wrote beside it; signatures are made anew with ECDSAP256SHA256 alone.
"""
import base64
import re
import struct
import time

import dns.dnssec
import dns.name
import dns.rdataclass
import dns.rdatatype as rr
import dns.rdtypes.ANY.RRSIG
import dns.zone
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

MONTH = 30 * 24 * 3600


class Key:
    """A key pair in a folder: `record` the DNSKEY as it was made, `secret` what signs."""

    def __init__(self, folder, name):
        words = (folder / f"{name}.key").read_text().split(";")[0].split()
        self.record = dns.rdata.from_text("IN", "DNSKEY", " ".join(words[words.index("DNSKEY") + 1:]))
        number = re.search(r"PrivateKey: (\S+)", (folder / f"{name}.private").read_text())
        self.secret = ec.derive_private_key(int.from_bytes(base64.b64decode(number[1]), "big"), ec.SECP256R1())


class SignedZone:
    """The records of a zone by name below its apex ("" the apex itself)."""

    def __init__(self, path, origin, ksk, zsk):
        self.path, self.origin, self.ksk, self.zsk = path, dns.name.from_text(origin), ksk, zsk
        self.zone = dns.zone.from_file(str(path), origin, relativize=False)

    def write(self):
        lines = [f"{name} {records.ttl} IN {rr.to_text(records.rdtype)} {record}\n"
                 for name, node in self.zone.nodes.items() for records in node.rdatasets for record in records]
        lines.sort(key=lambda line: " SOA " not in line)
        self.path.write_text("".join(lines))

    def name(self, below):
        return dns.name.from_text(below, self.origin) if below else self.origin

    def get(self, below, kind, covers=rr.NONE):
        return self.zone.get_rdataset(self.name(below), kind, covers)

    def put(self, below, kind, *records, ttl=None, covers=rr.NONE):
        """Sets the records of a type, without a word of their signatures."""
        old = self.get(below, kind, covers)
        made = dns.rdataset.from_rdata_list(ttl if ttl is not None else old.ttl, records)
        self.zone.replace_rdataset(self.name(below), made)

    def drop(self, below, kind):
        """Records and signatures of a type."""
        self.zone.delete_rdataset(self.name(below), kind)
        self.zone.delete_rdataset(self.name(below), rr.RRSIG, kind)

    def drop_signatures(self, below, kind):
        self.zone.delete_rdataset(self.name(below), rr.RRSIG, kind)

    def sign(self, below, kind, key=None, record=None, signer=None):
        """The only signature of these records anew (RFC 4034 section 3.1.8.1), by the ZSK, or by `key`; `record`: the
        DNSKEY that it names."""
        key, records, owner = key or self.zsk, self.get(below, kind), self.name(below)
        record, signer, now = record or key.record, signer or self.origin, int(time.time())
        labels = len(owner) - 1 - owner.is_wild()
        head = [kind, record.algorithm, labels, records.ttl, now + MONTH, now, dns.dnssec.key_id(record)]
        lead = owner.to_digestable() + struct.pack("!HHI", kind, dns.rdataclass.IN, records.ttl)
        data = struct.pack("!HBBIIIH", *head) + signer.to_digestable()
        for octets in sorted(one.to_digestable() for one in records):
            data += lead + struct.pack("!H", len(octets)) + octets
        pair = decode_dss_signature(key.secret.sign(data, ec.ECDSA(hashes.SHA256())))
        made = dns.rdtypes.ANY.RRSIG.RRSIG(dns.rdataclass.IN, rr.RRSIG, *head, signer,
                                           b"".join(number.to_bytes(32, "big") for number in pair))
        self.zone.replace_rdataset(owner, dns.rdataset.from_rdata(records.ttl, made))

    def spoil(self, below, kind, which=0):
        """One bit of one signature."""
        signatures = list(self.get(below, rr.RRSIG, kind))
        octets = bytearray(signatures[which].signature)
        octets[-1] ^= 1
        signatures[which] = signatures[which].replace(signature=bytes(octets))
        self.put(below, rr.RRSIG, *signatures, covers=kind)

    def names_with(self, kind):
        """Names below the apex, as text, that have records of a type."""
        return [name.relativize(self.origin).to_text() if name != self.origin else ""
                for name, node in self.zone.nodes.items() if node.get_rdataset(dns.rdataclass.IN, kind)]

    def ds(self, key, digest="SHA256"):
        """The text of a DS record for a DNSKEY."""
        return dns.dnssec.make_ds(self.origin, key, digest, policy=dns.dnssec.allow_all_policy).to_text()
