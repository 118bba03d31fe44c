"""Mail servers of the lab: postfix instances with a configuration of their own, and their logs cut by step."""
import re
import shutil

from network import until

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
smtp unix - - n - - smtp
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
    """A line of master.cf: an SMTP server with settings of its own. Hyphens of the log's name stay as they are."""
    where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    more = "".join(f"\n  -o {{ {key} = {value} }}" for key, value in options.items())
    return f"{where} inet n - n - - smtpd{more}\n"


class Postfix:
    """One instance on a host that is there already; `prefix`: words to put before the command."""

    def __init__(self, lab, host, folder, main, services, prefix=()):
        self.log, self.read = folder / "maillog", 0
        for part in ("queue", "data", "etc"):
            (folder / part).mkdir(parents=True)
        shutil.chown(folder / "data", "postfix")
        (folder / "etc" / "main.cf").write_text(MAIN.format(folder=folder, more=main))
        (folder / "etc" / "master.cf").write_text(SERVICES + services)
        lab.run(host, "postfix", "-c", folder / "etc", "check")  # makes the queue's folders
        # -d: it stays in the session it was started in, and so ends with the lab
        lab.start(host, *prefix, "/usr/lib/postfix/sbin/master", "-c", folder / "etc", "-d",
                  log=folder / "postfix.out")

    def text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def await_text(self, pattern, times=1, patience=20.0):
        """Waits until what was logged since the last cut() shows a pattern so many times."""
        def shown():
            return len(re.findall(pattern, self.text()[self.read:])) >= times
        try:
            until(f"{pattern!r} in {self.log}", shown, patience, 0.02)
        except RuntimeError as late:
            raise RuntimeError(f"{late}\n{self.text()[self.read:]}") from late

    def cut(self):
        """What was logged since the last call."""
        text = self.text()[self.read:]
        self.read += len(text)
        return text
