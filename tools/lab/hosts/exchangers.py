"""Mail exchangers of the lab under many names, a postfix that sends to them by a policy for each mail, and a middlebox
that may be in the way."""
import collections
import pathlib
import re

from hosts import mail, names

SENDER = ("198.18.1.25", "2001:db8:1::25")
RELAY = pathlib.Path(mail.__file__).with_name("smtp_relay.py")
# A name that takes mail: its address, TLSA data ("ee", "ta", "other", None), settings of its smtpd, how the middlebox
# changes what passes, if it is in the way, the program, and whether that middlebox stands in the route (through),
# unseen: else it has an address of its own, which the zones tell.
Mx = collections.namedtuple("Mx", "address tlsa tls more relay server through", defaults=("postfix", False))
BOX = {"4": "198.18.3.{}", "6": "2001:db8:3::{}"}
MIDDLEBOX = {"4": "198.18.3.254", "6": "2001:db8:3::fffe"}

USER, PASSWORD = "lab", "secret of the lab"

# A mail of the sender: exchanger, level of TLS that the sender wants, TLS version or "", local part of the recipient.
Mail = collections.namedtuple("Mail", "exchanger level version user")

SUBMIT = """import smtplib, sys
rcpt = sys.argv[1]
with smtplib.SMTP("127.0.0.1", 25, "localhost") as s:
    s.ehlo()
    s.mail("postmaster@sender.example.test", ["SMTPUTF8"] if not rcpt.isascii() else [])
    s.rcpt(rcpt, [])
    s.data("From: postmaster@sender.example.test\\r\\nSubject: lab\\r\\n\\r\\nThe lab's mail.\\r\\n")
"""


def family(address):
    return "6" if ":" in address else "4"


def facing(mx):
    """The address of an exchanger in the zones: the middlebox where it is in the way."""
    own = mx.relay and not mx.through
    return BOX[family(mx.address)].format(re.split("[.:]", mx.address)[-1]) if own else mx.address


def domain(case):
    """Each mail has a domain of its own, so that the sender's policies are kept apart."""
    label, zone = case.exchanger.split(".", 1)
    kind = (case.level + case.version + ("u" if not case.user.isascii() else "")).lower().replace(".", "")
    return f"{label}-{kind}.{zone}"


def records(exchangers, mails, keys):
    """Zone data: MX of each mail's domain, addresses, TLSA; `keys`: the data of TLSA records by what an Mx calls
    them."""
    extra = collections.defaultdict(list)
    for name, mx in exchangers.items():
        zone = name.split(".", 1)[1] + "."
        extra[zone].append(f"{name}. 300 IN {'AAAA' if family(mx.address) == '6' else 'A'} {facing(mx)}")
        extra[zone] += [f"_25._tcp.{name}. 300 IN TLSA {data}" for data in keys.get(mx.tlsa, ())]
    for case in mails:
        extra[case.exchanger.split(".", 1)[1] + "."].append(f"{domain(case)}. 300 IN MX 10 {case.exchanger}.")
    return extra


def lead(lab, end, *addresses):
    """Routes to addresses over an end of a link that the mirror does not see: (host, link, its address)."""
    host, link, source = end
    for address in addresses:
        lab.run(host, "ip", "route", "add", address, "dev", link, "src", source)


def middlebox(lab, folder, exchangers):
    """Passes on and changes what comes to its own addresses and, on the sender's route, to some of the receiver. What
    it passes on of the latter goes over a link that is not mirrored. Returns the log of its changes."""
    passing = {n: m for n, m in exchangers.items() if m.relay}
    through = [m.address for m in passing.values() if m.through]
    lab.host("middlebox", *MIDDLEBOX.values(), *(facing(m) for m in passing.values() if not m.through))
    # neighbour discovery, other than ARP, answers for the addresses of the link only
    lab.join("middlebox", "in0", [f"{MIDDLEBOX['6']}/128"], "receiver", "in0",
             [f"{a}/128" for a in through if family(a) == "6"])
    rules = "table inet lab {\n chain pre { type filter hook prerouting priority mangle;\n"
    for number, (version, box) in enumerate(MIDDLEBOX.items()):
        mine = [a for a in through if family(a) == version]
        lead(lab, ("middlebox", "in0", box), *mine)
        lead(lab, ("receiver", "in0", mine[0]), box)
        word, local = (("ip", "0.0.0.0/0"), ("ip6", "::/0"))[number]
        rules += "".join(f"  {word} daddr {a} tcp dport 25 tproxy {word} to {a if number == 0 else f'[{a}]'}:25 "
                         "meta mark set 1 accept\n" for a in mine)
        for command in (["rule", "add", "fwmark", "1", "lookup", "100"],
                        ["route", "add", "local", local, "dev", "lo", "table", "100"]):
            lab.run("middlebox", "ip", f"-{version}", *command)
        for address in mine:
            lab.run("sender", "ip", "route", "add", address, "via", box)
    (folder / "rules").write_text(rules + " }\n}\n")
    lab.run("middlebox", "nft", "-f", folder / "rules")
    log = folder / "relay.out"
    lab.start("middlebox", "python3", RELAY, *(f"{m.relay},{facing(m)},{m.address}" for m in passing.values()),
              log=log)
    lab.listening("middlebox", 25, patience=20)
    return log


def receiver(lab, folder, exchangers, keys, submission=()):
    """One postfix; each name is an smtpd of its own."""
    mine = {name: mx for name, mx in exchangers.items() if mx.server == "postfix"}
    lab.host("receiver", *(mx.address for mx in mine.values()))
    chain = f"{keys}/mail.key {keys}/mail.chain.pem"
    services, accounts = "", mail.users(folder, "example.test", **{USER: PASSWORD})
    for name, mx in mine.items():
        own = {"myhostname": name, "syslog_name": name, "smtpd_tls_security_level": mx.tls,
               "smtpd_tls_chain_files": chain, **{k: v.format(pki=keys) for k, v in mx.more.items()}}
        services += mail.listener(mx.address, 25, **own)
        if mx.address in submission:
            level = submission[mx.address]
            services += mail.listener(mx.address, 465, **own, **accounts, smtpd_tls_wrappermode="yes")
            services += mail.listener(mx.address, 587, **{**own, "smtpd_tls_security_level": level}, **accounts,
                                      smtpd_tls_auth_only="yes" if level == "encrypt" else "no")
    return mail.Postfix(lab, "receiver", folder, "myhostname = receiver.example.test\nmydestination =\n"
                        "default_transport = discard\nrelay_transport = discard\nsmtpd_tls_loglevel = 1\n"
                        "disable_dns_lookups = yes\n", services)


def sender(lab, folder, mails, keys):
    """Postfix with a policy for each mail's domain; it takes mail at 127.0.0.1."""
    lines = "".join(f"{domain(c)} {c.level}{' protocols=' + c.version if c.version.startswith('TLS') else ''}\n"
                    for c in mails)
    folder.mkdir()
    (folder / "policy").write_text(lines)
    main = ("myhostname = sender.example.test\nmydestination = sender.example.test\n"
            "smtp_dns_support_level = dnssec\nsmtp_host_lookup = dns\n"
            "smtp_tls_security_level = dane\nsmtp_tls_loglevel = 2\n"
            f"smtp_tls_CAfile = {keys}/ca.pem\nsmtp_tls_policy_maps = texthash:{folder}/policy\n"
            "smtp_tls_note_starttls_offer = yes\nsmtp_connection_cache_on_demand = no\n"
            "local_recipient_maps =\nsmtpd_tls_security_level = none\n")
    return mail.Postfix(lab, "sender", folder, main, mail.listener("127.0.0.1", 25, syslog_name="inject"),
                        names.use_resolver(lab, "sender", folder, names.RESOLVER[:1]))


def submit(lab, giving, case):
    """Hands the sender a mail; returns what it logged until it knew what became of it."""
    to = f"{case.user}@{domain(case)}"
    lab.run("sender", "python3", "-c", SUBMIT, to)
    giving.await_text(rf"smtp\[\d+\]: \w+: to=<{re.escape(to)}>.*status=")
    return giving.cut()
