"""The hosts of the scenario dane: who takes mail under which name with which certificate and TLSA records."""
from hosts import pki
from hosts.exchangers import Mail, Mx

V4, V6 = "198.18.6.{}", "2001:db8:6::{}"
PAST = ("20200101000000Z", "20210101000000Z")
ZONES = ("example.test.", "plain.test.", "p256.test.")
SPOILED = "badtlsa.p256.test"  # the signature over its TLSA record is wrong by a bit
ALIAS, TARGET = "byname.example.test", "ee311.example.test"

# label: (TLSA records as certificate, usage, selector and matching type, or as they stand; certificate of the server)
WITH_TLSA = {
    "ee311": ([("mail", 3, 1, 1)], "mail"), "ee301": ([("mail", 3, 0, 1)], "mail"),
    "ee312": ([("mail", 3, 1, 2)], "mail"), "ta211": ([("ca", 2, 1, 1)], "mail"), "ta201": ([("ca", 2, 0, 1)], "mail"),
    "roll": ([("next", 3, 1, 1), ("mail", 3, 1, 1)], "mail"), "rollta": ([("next", 3, 1, 1), ("ca", 2, 1, 1)], "mail"),
    "own": ([("own", 3, 1, 1)], "own"), "wrong": ([("next", 3, 1, 1)], "mail"), "wrongta": ([("own", 2, 1, 1)], "mail"),
    "zero": ([("ca", 0, 1, 1)], "mail"), "one": ([("mail", 1, 1, 1)], "mail"),
    "onethree": ([("mail", 1, 1, 1), ("mail", 3, 1, 1)], "mail"),
    "short": (["3 1 1 abcdef"], "mail"), "selector": ([f"3 9 1 {'ab' * 32}"], "mail"),
    "lateee": ([("late", 3, 1, 1)], "late"), "lateta": ([("ca", 2, 1, 1)], "late"),
    "nameee": ([("elsewhere", 3, 1, 1)], "elsewhere"), "nameta": ([("ca", 2, 1, 1)], "elsewhere"),
    "bare": ([("ca", 2, 1, 1)], "bare"), "nonetls": ([("mail", 3, 1, 1)], "mail"),
    "broken": ([("mail", 3, 1, 1)], "mail"),
}
SETTINGS = {"broken": {"smtpd_tls_CAfile": "{pki}/absent.pem"}}


def exchanger(number, label, tlsa, certificate, zone="example.test"):
    name = f"{label}.{zone}"
    files = {"smtpd_tls_chain_files": f"{{pki}}/{certificate}.key {{pki}}/{certificate}.chain.pem"}
    address = (V6 if number % 2 else V4).format(number)
    return name, Mx(address, name if tlsa else None, "none" if label == "nonetls" else "may",
                    {**files, **SETTINGS.get(label, {})}, None)


EXCHANGERS = dict([
    *(exchanger(number, label, tlsa, certificate)
      for number, (label, (tlsa, certificate)) in enumerate(WITH_TLSA.items(), 1)),
    exchanger(40, "open", None, "mail"), exchanger(41, "mx", True, "mail", "plain.test"),
    exchanger(42, "badtlsa", True, "mail", "p256.test"),
    # A middlebox takes STARTTLS away on the way from the sender; the client goes another way.
    ("path.example.test", Mx("198.18.5.1", "path.example.test", "may", {}, "cut", through=True)),
    ("path6.example.test", Mx("2001:db8:5::1", None, "may", {}, "mask", through=True)),
])
WITH_ALIASES = {**EXCHANGERS, ALIAS: EXCHANGERS[TARGET]}
PATHS = [EXCHANGERS[f"{label}.example.test"].address for label in ("path", "path6")]

MAILS = [Mail(name, "dane", version, "user") for name in (*EXCHANGERS, ALIAS)
         for version in ("TLSv1.3", "TLSv1.2")] + [
    Mail(name, "dane-only", "TLSv1.2", "user") for name in ("ee311.example.test", "open.example.test", "mx.plain.test")]


def certificates(folder):
    """Certificates and their keys; the data of TLSA records by the name of the exchanger."""
    names = [*EXCHANGERS, ALIAS]
    pki.authority(folder)
    pki.authority(folder, "own")
    (folder / "own.chain.pem").write_text((folder / "own.pem").read_text())
    for leaf, of, more in (("mail", names, {}), ("next", names, {}), ("elsewhere", ["elsewhere.example.test"], {}),
                           ("late", names, {"dates": PAST}), ("bare", names, {})):
        pki.leaf(folder, leaf, *of, **more)
    (folder / "bare.chain.pem").write_text((folder / "bare.pem").read_text())  # without the authority's
    rows = {f"{label}.example.test": tlsa for label, (tlsa, _) in WITH_TLSA.items()}
    rows.update({name: [("mail", 3, 1, 1)] for name in ("mx.plain.test", SPOILED, "path.example.test")})
    return {name: [row if isinstance(row, str) else pki.tlsa(folder, *row) for row in of] for name, of in rows.items()}
