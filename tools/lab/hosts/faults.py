"""What can be wrong with a signed zone, each as a change of it (hosts.signed_zone). All zones have www with A and AAAA;
a function returns the DS records of the zone where they are not those of its KSK."""
import dns.dnssec
import dns.rdatatype as rr

OTHER = 17  # SM2SM3, of which unbound 1.17.1 knows nothing


def no_zsk(zone):
    """The DNSKEY of the key that signed is not there."""
    zone.put("", rr.DNSKEY, *(key for key in zone.get("", rr.DNSKEY) if key.flags & 1))
    zone.sign("", rr.DNSKEY, zone.ksk)


def no_dnskey(zone):
    """There is no DNSKEY at all, in spite of a DS."""
    zone.drop("", rr.DNSKEY)


def no_signature(zone):
    """The addresses of www are not signed."""
    zone.drop_signatures("www", rr.A)


def spoiled(zone):
    """The signature over the addresses of www is wrong by a bit."""
    zone.spoil("www", rr.A)


def foreign_signer(zone):
    """The signature over the addresses of www says that the parent made it."""
    zone.sign("www", rr.A, signer=zone.origin.parent())


def next_name(zone, below, following):
    nsec = zone.get(below, rr.NSEC)[0]
    zone.put(below, rr.NSEC, nsec.replace(next=zone.name(following)))


def nsec_short(zone):
    """The NSEC of the apex, well signed, covers less than the gap: nothing denies "nothere"."""
    next_name(zone, "", "a")
    zone.sign("", rr.NSEC)


def nsec_unsigned(zone):
    """The next name of the NSEC at the apex was changed behind its signature."""
    next_name(zone, "", "x")


def nsec_lies(zone):
    """The NSEC of www, well signed, says that there is an MX; there is none."""
    nsec = zone.get("www", rr.NSEC)[0]
    text = nsec.to_text().replace(" A ", " A MX ")
    assert text != nsec.to_text()
    zone.put("www", rr.NSEC, dns.rdata.from_text("IN", "NSEC", text, zone.origin, False))
    zone.sign("www", rr.NSEC)


def no_nsec(zone):
    """There are no NSEC records."""
    for name in zone.names_with(rr.NSEC):
        zone.drop(name, rr.NSEC)


def hashed(zone, below):
    """The hash of a name in this zone's NSEC3 chain."""
    parameters = zone.get("", rr.NSEC3PARAM)[0]
    return dns.dnssec.nsec3_hash(zone.name(below), parameters.salt.hex() or None, parameters.iterations, 1).lower()


def covering(zone, below):
    """The NSEC3 that covers a name: the owner, below the apex."""
    wanted, owners = hashed(zone, below), sorted(zone.names_with(rr.NSEC3))
    return max((owner for owner in owners if owner < wanted), default=owners[-1])


def nsec3_missing(zone):
    """The NSEC3 that covers "nothere" is not there."""
    zone.drop(covering(zone, "nothere"), rr.NSEC3)


def nsec3_spoiled(zone):
    """The signature of the NSEC3 that covers "nothere" is wrong by a bit."""
    zone.spoil(covering(zone, "nothere"), rr.NSEC3)


def wildcard_open(zone):
    """Nothing denies the name that a wildcard answers for: its NSEC, well signed, ends before it."""
    next_name(zone, "*.wild", "0.wild")
    zone.sign("*.wild", rr.NSEC)


def dname_spoiled(zone):
    """The signature over the DNAME is wrong by a bit."""
    zone.spoil("old", rr.DNAME)


def one_of_two_spoiled(zone):
    """Of two signatures over each address of www one is wrong by a bit."""
    zone.spoil("www", rr.A)
    zone.spoil("www", rr.AAAA, 1)


def renumbered(zone):
    """Keys and signatures are of an algorithm that the resolver does not know."""
    keys = {}
    for key in zone.get("", rr.DNSKEY):
        keys[dns.dnssec.key_id(key)] = key.replace(algorithm=OTHER)
    zone.put("", rr.DNSKEY, *keys.values())
    for name, node in list(zone.zone.nodes.items()):
        for signatures in [s for s in node.rdatasets if s.rdtype == rr.RRSIG]:
            made = [s.replace(algorithm=OTHER, key_tag=dns.dnssec.key_id(keys[s.key_tag])) for s in signatures]
            node.replace_rdataset(dns.rdataset.from_rdata_list(signatures.ttl, made))
    return [zone.ds(key) for key in keys.values() if key.flags & 1]


def unknown_digest(zone):
    """The DS has a digest type that nobody knows."""
    return [zone.ds(zone.ksk.record).replace(" 13 2 ", " 13 200 ")]


def with_unknown_ds(zone):
    """Beside the DS of the KSK stands one of an unknown algorithm."""
    good = zone.ds(zone.ksk.record)
    return [good, good.replace(" 13 2 ", f" {OTHER} 2 ")]


def with_standby_ds(zone):
    """Beside the DS of the KSK stands one of a key that is not published."""
    return [zone.ds(zone.ksk.record), zone.ds(zone.zsk.record.replace(flags=257))]


def wrong_ds(zone):
    """The DS is that of another key."""
    return [zone.ds(zone.zsk.record.replace(flags=257))]


def sha1_beside(zone):
    """The DS of SHA-1 is right, that of SHA-256 beside it is of another key (RFC 4509 section 3)."""
    return [zone.ds(zone.ksk.record, "SHA1"), *wrong_ds(zone)]


def revoked(zone):
    """The KSK that the DS names is revoked (RFC 5011)."""
    gone = zone.ksk.record.replace(flags=257 | 0x80)
    zone.put("", rr.DNSKEY, gone, *(key for key in zone.get("", rr.DNSKEY) if not key.flags & 1))
    zone.sign("", rr.DNSKEY, zone.ksk, gone)
    return [zone.ds(gone)]


def no_zone_key(zone):
    """The DNSKEY of the key that signed www has not the Zone Key bit (RFC 4034 section 2.1.1)."""
    bare = zone.zsk.record.replace(flags=0)
    zone.put("", rr.DNSKEY, bare, *(key for key in zone.get("", rr.DNSKEY) if key.flags & 1))
    zone.sign("", rr.DNSKEY, zone.ksk)
    for kind in (rr.A, rr.AAAA):
        zone.sign("www", kind, record=bare)


def short_ttl(zone):
    """The DNSKEY RRset has a TTL of 5, its signatures have one of 299, and the original TTL is 300."""
    zone.put("", rr.DNSKEY, *zone.get("", rr.DNSKEY), ttl=5)
    zone.put("", rr.RRSIG, *zone.get("", rr.RRSIG, rr.DNSKEY), ttl=299, covers=rr.DNSKEY)


def long_ttl(zone):
    """The addresses of www have a TTL above the original one."""
    zone.put("www", rr.A, *zone.get("www", rr.A), ttl=3000)


def no_ds(zone):
    """A signed zone without a DS."""
    return []
