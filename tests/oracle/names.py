"""The names under which tshark's and uptake's findings are compared."""

RR_TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 10: "NULL", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 17: "RP",
            18: "AFSDB",
            25: "KEY", 28: "AAAA", 29: "LOC", 33: "SRV", 35: "NAPTR", 37: "CERT", 39: "DNAME", 41: "OPT", 42: "APL",
            43: "DS",
            44: "SSHFP", 45: "IPSECKEY", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 49: "DHCID", 50: "NSEC3",
            51: "NSEC3PARAM",
            52: "TLSA", 53: "SMIMEA", 55: "HIP", 59: "CDS", 60: "CDNSKEY", 61: "OPENPGPKEY", 62: "CSYNC",
            63: "ZONEMD", 64: "SVCB",
            65: "HTTPS", 99: "SPF", 249: "TKEY", 250: "TSIG", 251: "IXFR", 252: "AXFR", 255: "ANY", 256: "URI",
            257: "CAA",
            32769: "DLV"}
# The types of which uptake says whether a response holds one.
SEEN = {n: RR_TYPES[n] for n in (1, 28, 46, 48, 43, 47, 50, 52, 257, 64, 65, 16)}
RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET",
          "NOTAUTH", "NOTZONE",
          "DSOTYPENI"]
# PDUs of RTR that uptake counts, by type and by the name in truth/*.json.
RTR_PDUS = {1: "rtr.queries.serial", 2: "rtr.queries.reset", 4: "rtr.prefixes", 6: "rtr.prefixes", 7: "rtr.tables"}
RTR_NAMES = {"SerialQuery": 1, "ResetQuery": 2, "IPv4Prefix": 4, "IPv6Prefix": 6, "EndOfData": 7}
# uptake's name: the names in bgp.prefixes
BGP_ROUTES = {"bgp.announced.v4": ("nlri_v4", "mp_reach_v4"), "bgp.announced.v6": ("mp_reach_v6",),
              "bgp.withdrawn.v4": ("withdrawn_v4", "mp_unreach_v4"), "bgp.withdrawn.v6": ("mp_unreach_v6",)}
VERSIONS = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}


def rr_type(number):
    return RR_TYPES.get(number, f"TYPE{number}")


def rcode(number):
    return RCODES[number] if number < len(RCODES) else "UNASSIGNED" if number < 15 else "EXTENDED"


def version(number):
    if number >> 8 in (0x7F, 0xFB):  # drafts of TLS 1.3, and a private one of theirs
        return "TLS 1.3 draft"
    return VERSIONS.get(number, f"0x{number:04x}")


# High octets of the code points that uptake keeps (dissectors/tls/code_pages.h); all others are "other" to it.
SUITES = {0x00, 0x13, 0x16, 0x56, 0xC0, 0xC1, 0xCC, 0xD0, 0xE0, 0xFE, 0xFF}
GROUPS = {0x00, 0x01, 0x02, 0x11, 0x16, 0x2F, 0x41, 0x63, 0xFE, 0xFF}
OTHER = 0xFFFF


def code_point(text):
    return OTHER if text == "other" else int(text, 16)


def suite(number):
    return f"0x{number if number >> 8 in SUITES else OTHER:04x}"


def group(number):
    return f"0x{number if number >> 8 in GROUPS else OTHER:04x}"


def session_key(session):
    """One TLS session as a name that is counted: what was negotiated, by whom it was asked."""
    chosen, shared = session.get("suite"), session.get("group")
    return "tls.session {} {} {} {}{}".format(
        session.get("version", "-"), "-" if chosen is None else suite(chosen), "-" if shared is None
        else group(shared),
        session.get("sni") or "-", " retry" if session.get("retry") else "")
