#!/usr/bin/env python3
"""How the process ends where the system does not play along, and what it leaves behind: exit codes, one line, no files.

usage: process.py UPTAKE
"""
import os
import pathlib
import resource
import shlex
import stat
import subprocess
import sys
import tempfile
import time

import harness

CAPTURE = harness.GOLDEN / "tls" / "capture.pcap"


def shell(uptake, folder, line):
    """(exit code of uptake, standard output, standard error) of a line of bash; UPTAKE, CAPTURE and FOLDER are set."""
    names = {"UPTAKE": uptake, "CAPTURE": CAPTURE, "FOLDER": folder}
    words = "".join(f"{name}={shlex.quote(str(value))}; " for name, value in names.items())
    done = subprocess.run(["bash", "-c", words + line + "; exit ${PIPESTATUS[0]}"], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


# What is run, the exit code, and what standard error says (nothing: it is empty).
LINES = [
    ("$UPTAKE $CAPTURE | head -n 1", 0, ""),
    ("$UPTAKE $CAPTURE --quiet --events - | head -n 1", 0, ""),
    ("$UPTAKE $FOLDER/none 2>&1 | head -n 0", 66, ""),
    ("$UPTAKE $FOLDER/none 2> /dev/full", 66, ""),
    ("$UPTAKE $FOLDER/none 2>&-", 66, ""),
    ("$UPTAKE $CAPTURE --quiet --json $FOLDER/closed.json 2>&-", 0, ""),
    ("$UPTAKE $CAPTURE >&-", 73, "standard output"),
    ("$UPTAKE $CAPTURE > /dev/full", 74, "standard output"),
    ("$UPTAKE - <&-", 66, "standard input"),
    ("$UPTAKE $CAPTURE --json $FOLDER/none/card.json", 73, "cannot be created"),
    ("$UPTAKE $CAPTURE --events $FOLDER/none/events", 73, "cannot be created"),
    ("$UPTAKE $CAPTURE --run-info $FOLDER/none/info", 73, "cannot be created"),
    ("ulimit -f 1; $UPTAKE $CAPTURE --quiet --json $FOLDER/long.json", 74, "File too large"),
    ("ulimit -v 400000; $UPTAKE $CAPTURE --quiet --max-flows 900M", 71, "out of memory"),
    ("$UPTAKE $CAPTURE $FOLDER/gone.pcap --quiet", 2, "gone.pcap: No such file"),
    ("$UPTAKE -r $CAPTURE --quiet tcp", 0, ""),
    ("$UPTAKE $CAPTURE host 203.0.113.77", 0, ""),
]


def check_lines(uptake, folder):
    for line, code, says in LINES:
        ended, _, errors = shell(uptake, folder, line)
        said = errors.strip().splitlines()
        if ended != code or len(said) != (1 if says else 0) or says not in errors:
            yield f"{line}: exit {ended}, not {code}: {errors.strip()!r}"


def check_names(uptake, folder):
    """What a file is called steers no terminal."""
    path = folder / "a\x1b[31mb\nc.pcap"
    path.write_bytes(b"")
    done = subprocess.run([uptake, path], capture_output=True, timeout=60)
    said = done.stderr
    if done.returncode != 66 or b"a\\x1b[31mb\\x0ac.pcap" not in said or b"\x1b" in said or said.count(b"\n") != 1:
        yield f"a name with control characters: {said!r}"
    path.unlink()


def check_killed(uptake, folder):
    """A run that is killed leaves nothing; what names people is for its owner alone."""
    card, events = folder / "card.json", folder / "events.jsonl"
    words = [uptake, "-", "--quiet", "--json", card, "--events", events]
    run = subprocess.Popen(words, stdin=subprocess.PIPE)
    run.stdin.write(CAPTURE.read_bytes()[:20000])
    run.stdin.flush()
    time.sleep(1)
    run.kill()
    run.wait()
    left = os.listdir(folder)
    if left:
        yield f"killed, it left {left}"
    done = harness.subprocess.run([*words[:1], CAPTURE, *words[2:]], timeout=120)
    if done.returncode != 0 or stat.S_IMODE(events.stat().st_mode) != 0o600:
        yield f"events have mode {oct(events.stat().st_mode)}"


def check_privileges(uptake):
    """No privilege but that of opening files is left while a file is read."""
    run = subprocess.Popen([uptake, "-", "--quiet"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    time.sleep(1)
    text = pathlib.Path(f"/proc/{run.pid}/status").read_text(encoding="utf-8")
    run.stdin.close()
    run.wait()
    status = dict(line.split(":\t") for line in text.splitlines() if ":\t" in line)
    allowed = 0b1110 if os.geteuid() == 0 else 0  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
    if int(status["CapEff"], 16) & ~allowed or int(status["CapPrm"], 16) & ~allowed or status["NoNewPrivs"] != "1":
        yield f"privileges left: {status['CapEff']}, no new ones: {status['NoNewPrivs']}"


def main():
    uptake = harness.parser(__doc__).parse_args().uptake.resolve()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    failures = []
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as scratch:
        folder = pathlib.Path(scratch)
        failures += check_names(uptake, folder)
        failures += check_killed(uptake, folder)
        failures += check_lines(uptake, folder)
    failures += check_privileges(uptake)
    return harness.report(failures, f"{len(LINES) + 3} ends of the process")


if __name__ == "__main__":
    sys.exit(main())
