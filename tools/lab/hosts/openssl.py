"""OpenSSL's words for what TLS agrees on, as uptake's events and the registries of IANA write it."""
import functools
import re

from network import run

VERSIONS = {"TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1", "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3"}
GROUPS = {"X25519": 0x1D, "X448": 0x1E, "prime256v1": 0x17, "secp384r1": 0x18, "secp521r1": 0x19}


@functools.cache
def suites():
    """Code point of each cipher suite that this OpenSSL knows, by the name it prints."""
    rows = re.findall(r"0x(\w\w),0x(\w\w) - (\S+)", run("openssl", "ciphers", "-V", "ALL:eNULL:@SECLEVEL=0"))
    return {name: int(high + low, 16) for high, low, name in rows}
