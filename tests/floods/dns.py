"""DNS messages and zones under DNSSEC (RFC 4034, RFC 5155), made to measure, with RSA of a small size: a key costs
nothing to forge, and its tag can be chosen, for it is a sum."""
import hashlib
import struct

A, NS, SOA, OPT, DS, RRSIG, DNSKEY, NSEC3 = 1, 2, 6, 41, 43, 46, 48, 50
RSA_SHA256 = 8
BITS = 1024
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def wire(name):
    labels = [label.encode() for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def record(name, kind, rdata, ttl=300):
    return wire(name) + struct.pack("!HHIH", kind, 1, ttl, len(rdata)) + rdata


def message(number, name, kind, answer=(), authority=(), flags=0x8400):
    opt = b"\0" + struct.pack("!HHIH", OPT, 1232, 0x8000, 0)
    head = struct.pack("!HHHHHH", number & 0xffff, flags, 1, len(answer), len(authority), 1)
    return head + wire(name) + struct.pack("!HH", kind, 1) + b"".join(answer) + b"".join(authority) + opt


def query(number, name, kind):
    return message(number, name, kind, flags=0x0000)


def is_prime(n, rng):
    if any(n % p == 0 for p in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return False
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(20):
        x = pow(rng.randrange(2, n - 1), odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def prime(rng):
    while True:
        n = rng.getrandbits(BITS // 2) | 3 << (BITS // 2 - 2) | 1
        if n % 65537 != 1 and is_prime(n, rng):
            return n


def tag_of(rdata):
    total = sum(octet << 8 if i % 2 == 0 else octet for i, octet in enumerate(rdata))
    return total + (total >> 16) & 0xffff


def key_rdata(modulus, flags=257):
    return struct.pack("!HBB", flags, 3, RSA_SHA256) + b"\x03\x01\x00\x01" + modulus.to_bytes(BITS // 8, "big")


def forged_key(tag, rng):
    """A key with a modulus that nobody knows the factors of, and that tag."""
    while True:
        octets = bytearray(key_rdata(rng.getrandbits(BITS) | 1 << (BITS - 1) | 1))
        # Two octets in the middle make up the difference; the sum carries, so that it may be one off.
        for off in (0, 1):
            octets[64:66] = b"\0\0"
            octets[64:66] = struct.pack("!H", (tag - tag_of(octets) - off) & 0xffff)
            if tag_of(octets) == tag:
                return bytes(octets)


class Zone:
    """A signed zone with one key."""

    def __init__(self, name, rng, now_s):
        self.name, self.now_s = name, now_s
        p, q = prime(rng), prime(rng)
        self.modulus = p * q
        self.secret = pow(65537, -1, (p - 1) * (q - 1))
        self.key = key_rdata(self.modulus)
        self.tag = tag_of(self.key)

    def anchor(self):
        """As a line of zone-file text."""
        digest = hashlib.sha256(wire(self.name) + self.key).hexdigest()
        return f"{self.name}. IN DS {self.tag} {RSA_SHA256} 2 {digest}\n"

    def rrsig(self, name, kind, rdatas, ttl=300):
        labels = sum(1 for label in name.split(".") if label and label != "*")
        head = struct.pack("!HBBIIIH", kind, RSA_SHA256, labels, ttl, self.now_s + 86400, self.now_s - 86400,
                           self.tag) + wire(self.name)
        signed = head + b"".join(record(name.lower(), kind, rdata, ttl) for rdata in sorted(rdatas))
        size = BITS // 8
        block = DIGEST_INFO + hashlib.sha256(signed).digest()
        padded = int.from_bytes(b"\0\x01" + b"\xff" * (size - len(block) - 3) + b"\0" + block, "big")
        return head + pow(padded, self.secret, self.modulus).to_bytes(size, "big")

    def rrset(self, name, kind, rdatas):
        """The RRset and its signature, a record each."""
        return [record(name, kind, rdata) for rdata in rdatas] + [
            record(name, RRSIG, self.rrsig(name, kind, rdatas))]

    def keys(self, more=()):
        return message(1, self.name, DNSKEY, self.rrset(self.name, DNSKEY, [self.key, *more]))
