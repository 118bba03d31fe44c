"""`uptake live` on a link of a namespace, without hugepages and without the machine's own ports."""
import signal
import time

from network import Network, until

# A ring large enough: net_af_packet loses frames in silence otherwise, and cuts those above the frame size.
PORT = "net_af_packet0,iface={link},framesz=4096,blocksz=4096,framecnt=16384"
EAL = "--no-pci --no-huge -m 512 --no-shconf --no-telemetry"


def start(net, host, link, uptake, card, log, *options):
    """Starts uptake with its score card and its standard error in these files."""
    return net.start(host, uptake, "live", "--port", PORT.format(link=link), "--eal", EAL, "--quiet", "--json", card,
                     *options, log=log)


def opened(net, host, process, log):
    """Waits until the packet socket is there: what is sent from then on is in its ring."""
    def there():
        if process.poll() is not None:
            raise RuntimeError(f"uptake live ended at once, exit {process.returncode}: {log.read_text()}")
        return len(net.run(host, "cat", "/proc/net/packet").splitlines()) > 1
    until("the packet socket of uptake live", there, 30)
    time.sleep(1.0)  # the port is started a little after its socket was opened


def stop(process):
    """Ends the run as Ctrl-C does; the score card is written."""
    Network.stop(process, signal.SIGINT, patience=20)
