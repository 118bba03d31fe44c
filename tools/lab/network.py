"""A private network: namespaces joined by veth pairs, and the processes that run in them.

Everything that was started is ended, and every namespace removed, when the Network is left: also after an error
or an interrupt. Nothing outside its own namespaces and processes is touched.
"""
import os
import shutil
import signal
import subprocess
import time

OFFLOADS = ["tx", "off", "rx", "off", "sg", "off", "tso", "off", "gso", "off", "gro", "off"]


def run(*words, check=True, data=None, timeout=30, cwd=None, env=None):
    """Runs one command to its end and returns what it printed, standard error included. `env` adds variables."""
    done = subprocess.run([str(w) for w in words], input=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=timeout, cwd=cwd, text=True, errors="replace", env={**os.environ, **(env or {})})
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout}")
    return done.stdout


def until(what, holds, patience=20.0, step=0.05):
    """Polls until holds() is true; returns what it returned. Raises when that takes too long."""
    end = time.monotonic() + patience
    while not (found := holds()):
        if time.monotonic() > end:
            raise RuntimeError(f"still waiting for {what}")
        time.sleep(step)
    return found


def with_files(**files):
    """Words that run a program with files of its own in place of this machine's; `hosts=path`: of /etc/hosts."""
    mounts = " && ".join(f"mount --bind {path} /etc/{name}" for name, path in files.items())
    return ["unshare", "-m", "sh", "-c", f'{mounts} && exec "$0" "$@"']


def missing(programs):
    """The reason why this machine can make no namespaces, or None."""
    if os.geteuid() != 0:
        return "needs root"
    absent = [p for p in ("ip", "ethtool", *programs) if shutil.which(p) is None]
    if absent:
        return "not installed: " + " ".join(absent)
    name = f"uptake-{os.getpid()}-probe"
    if subprocess.run(["ip", "netns", "add", name], stderr=subprocess.DEVNULL).returncode != 0:
        return "network namespaces are not permitted here"
    subprocess.run(["ip", "netns", "del", name], check=True)
    return None


class Network:
    """Namespaces by short name; `with Network("client", "server") as net:`."""

    def __init__(self, *hosts):
        self.tag = os.getpid()
        self.names = {h: f"uptake-{self.tag}-{h}" for h in hosts}
        self.made = []
        self.processes = []

    def __enter__(self):
        # A terminating signal becomes an exception, so that __exit__ runs.
        signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        try:
            for name in self.names.values():
                run("ip", "netns", "add", name)
                self.made.append(name)
                run("ip", "-n", name, "link", "set", "lo", "up")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for process in reversed(self.processes):
            self.stop(process)
        self.processes = []
        for name in self.made:
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)
        self.made = []

    def join(self, host_a, link_a, addresses_a, host_b, link_b, addresses_b, mtu=1500):
        """One veth pair without offloads; addresses with their prefix length, IPv6 without duplicate detection."""
        a, b = self.names[host_a], self.names[host_b]
        run("ip", "-n", a, "link", "add", link_a, "type", "veth", "peer", "name", link_b, "netns", b)
        for name, link, addresses in ((a, link_a, addresses_a), (b, link_b, addresses_b)):
            run("ip", "netns", "exec", name, "sysctl", "-qw", f"net.ipv6.conf.{link}.accept_dad=0", check=False)
            run("ip", "netns", "exec", name, "ethtool", "-K", link, *OFFLOADS)
            run("ip", "-n", name, "link", "set", link, "mtu", mtu, "up")
            for address in addresses:
                nodad = ["nodad"] if ":" in address else []
                run("ip", "-n", name, "addr", "add", address, "dev", link, *nodad)

    run_here = staticmethod(run)

    def run(self, host, *words, **more):
        return run("ip", "netns", "exec", self.names[host], *words, **more)

    def start(self, host, *words, cwd=None, log=None, env=None):
        """Starts a process in a namespace; it is ended with the network. `env` adds to the environment."""
        out = open(log, "wb") if log else subprocess.DEVNULL
        process = subprocess.Popen(["ip", "netns", "exec", self.names[host], *map(str, words)], cwd=cwd,
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                   env={**os.environ, **(env or {})}, start_new_session=True)
        if log:
            out.close()
        self.processes.append(process)
        return process

    @staticmethod
    def stop(process, how=signal.SIGTERM, patience=5):
        """Ends one process that start() began, and its children: they share a session of their own."""
        if process.poll() is not None:
            return
        os.killpg(process.pid, how)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def listening(self, host, port, transport="tcp", patience=5.0):
        """Waits until a port is open."""
        option = "-Htln" if transport == "tcp" else "-Huln"
        until(f"a listener on {transport} port {port} in {host}",
              lambda: any(f":{port} " in line for line in self.run(host, "ss", option).splitlines()), patience, 0.02)

    def capture(self, host, link, path, *filters, precision="micro"):
        return Capture(self, host, link, path, filters, precision)


class Capture:
    """Frames of one link into a file, from entry to exit of the with block."""

    def __init__(self, network, host, link, path, filters, precision, settle=1.0):
        self.network, self.path, self.settle = network, path, settle
        self.words = ["tcpdump", "-i", link, "-w", path, "--immediate-mode", "-U", "-n", "-B", "32768", "-s", "0",
                      "-Z", "root", f"--time-stamp-precision={precision}", *filters]
        self.host = host

    def __enter__(self):
        self.log = self.path + ".log"
        self.process = self.network.start(self.host, *self.words, log=self.log)
        for _ in range(250):
            if os.path.exists(self.log) and b"listening on" in open(self.log, "rb").read():
                return self
            time.sleep(0.02)
        raise RuntimeError("tcpdump does not start: " + open(self.log).read())

    def __exit__(self, *_):
        time.sleep(self.settle)  # the last block is lost when tcpdump ends at once
        Network.stop(self.process, signal.SIGINT)
        said = open(self.log).read()
        os.unlink(self.log)
        if "0 packets dropped by kernel" not in said:
            raise RuntimeError("the capture lost frames: " + said)
