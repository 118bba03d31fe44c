"""Mail servers of the lab: postfix instances with a configuration of their own, logs cut by step, and what a server's
log says of one session."""
import collections
import re
import shutil

from hosts.openssl import VERSIONS, suites
from network import run, until

MAIN = """compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
inet_protocols = all
mydomain = example.test
alias_maps =
alias_database =
mynetworks = 0.0.0.0/0 [::]/0
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtputf8_enable = yes
local_transport = discard
minimal_backoff_time = 1000s
queue_run_delay = 1000s
notify_classes =
{more}
"""

SERVICES = """postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1000 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp -v
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
pickup unix n - n 1000 1 pickup
"""


def listener(address, port, **options):
    """A line of master.cf: an SMTP server with settings of its own, which logs every line that it says and hears."""
    where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    more = "".join(f"\n  -o {{ {key} = {value} }}" for key, value in options.items())
    return f"{where} inet n - n - - smtpd -v{more}\n"


# What a server's log says of one session. ehlo: was it said; starttls: "used", "refused" or "unused"; tls: version,
# suite and group of the connection, or None; data: how many mails were taken; auth: None, or what came of it.
Heard = collections.namedtuple("Heard", "ehlo starttls tls data auth")


class Log:
    """A server's log, read step by step."""

    def __init__(self, path):
        self.log, self.read = path, 0

    def text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def await_text(self, pattern, patience=20.0):
        """Waits until what was logged since the last cut() shows a pattern."""
        try:
            until(f"{pattern!r} in {self.log}", lambda: re.search(pattern, self.text()[self.read:]), patience, 0.02)
        except RuntimeError as late:
            raise RuntimeError(f"{late}\n{self.text()[self.read:]}") from late

    def cut(self):
        """What was logged since the last call."""
        text = self.text()[self.read:]
        self.read += len(text)
        return text


class Postfix(Log):
    """One instance on a host that is there already; `prefix`: words to put before the command."""

    def __init__(self, lab, host, folder, main, services, prefix=()):
        super().__init__(folder / "maillog")
        for part in ("queue", "data", "etc"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        shutil.chown(folder / "data", "postfix")
        (folder / "etc" / "main.cf").write_text(MAIN.format(folder=folder, more=main))
        (folder / "etc" / "master.cf").write_text(SERVICES + services)
        lab.run(host, "postfix", "-c", folder / "etc", "check")  # makes the queue's folders
        # -d: it stays in the session it was started in, and so ends with the lab
        lab.start(host, *prefix, "/usr/lib/postfix/sbin/master", "-c", folder / "etc", "-d",
                  log=folder / "postfix.out")

    def await_session(self):
        """Waits for the end of a session with this server."""
        self.await_text("disconnect from")

    @staticmethod
    def heard(text):
        """The Heard of one session."""
        ended = re.search(r"disconnect from \S+ (.*)", text)
        said = dict(pair.split("=") for pair in ended[1].split() if "=" in pair)

        def number(verb):
            done, _, asked = said.get(verb, "0").partition("/")
            return int(done), int(asked or done)
        starttls = "used" if number("starttls")[0] else "refused" if number("starttls")[1] else "unused"
        made = re.search(r"TLS connection established from .*?: (TLSv[\d.]+) with cipher (\S+)(.*)", text)
        tls = None
        if made:
            tls = {"version": VERSIONS[made[1]], "suite": f"0x{suites()[made[2]]:04x}",
                   **({"group": "0x001d"} if "key-exchange X25519" in made[3] else {})}
        user = re.search(r"sasl_method=(\w+), sasl_username=(\S+)", text)
        refused = re.search(r"< \S+: AUTH (\w+)", text)
        auth = None
        if number("auth")[1]:
            auth = {"outcome": "taken", "method": user[1], "user": user[2]} if user else {
                "outcome": "refused", "method": refused[1]}
        return Heard(number("ehlo")[1] > 0, starttls, tls, number("data")[0], auth)


def users(folder, realm, **passwords):
    """Users for the postfix of this folder (Cyrus SASL); returns the settings of an smtpd that asks them. Debian's
    looks in the folder sasl beside main.cf, whatever cyrus_sasl_config_path says."""
    folder = folder / "etc" / "sasl"
    folder.mkdir(parents=True)
    for user, password in passwords.items():
        run("saslpasswd2", "-p", "-c", "-f", folder / "sasldb2", "-u", realm, user, data=password)
    shutil.chown(folder / "sasldb2", "postfix")
    (folder / "smtpd.conf").write_text("pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\n"
                                       f"sasldb_path: {folder}/sasldb2\n")
    return {"smtpd_sasl_auth_enable": "yes", "smtpd_sasl_local_domain": realm}
