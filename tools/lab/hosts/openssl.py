"""OpenSSL's words for what TLS agrees on, as uptake's events and the registries of IANA write it."""
import functools
import re

from network import run

VERSIONS = {"TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1", "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3"}
GROUPS = {"X25519": 0x1D, "X448": 0x1E, "prime256v1": 0x17, "secp384r1": 0x18, "secp521r1": 0x19}


@functools.cache
def ciphers():
    """{code point: (name, {"Kx": key exchange, "Au":, "Enc":, "Mac":})} of each cipher suite that this OpenSSL knows,
    in its own words."""
    rows = re.findall(r"0x(\w\w),0x(\w\w) - (\S+) +\S+ +(.*)",
                      run("openssl", "ciphers", "-V", "ALL:eNULL:@SECLEVEL=0"))
    return {int(high + low, 16): (name, dict(word.split("=") for word in more.split()))
            for high, low, name, more in rows}


def suites():
    """Code point of each cipher suite, by the name that OpenSSL prints."""
    return {name: code for code, (name, _) in ciphers().items()}


def words(code):
    """What OpenSSL says of one cipher suite."""
    return ciphers()[code][1]
