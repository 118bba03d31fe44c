"""`uptake live` on a link of a namespace, without hugepages and without the machine's own ports."""
import signal
import time

from network import Network, until

# A ring large enough: net_af_packet loses frames in silence otherwise, and cuts those above the frame size.
PORT = "net_af_packet0,iface={link},framesz=4096,blocksz=4096,framecnt=16384"
EAL = "--no-pci --no-huge -m 512 --no-shconf --no-telemetry"


def start(net, host, link, uptake, card, log, *options, port=PORT):
    """Starts uptake with its score card in one file, and all that it says in another."""
    return net.start(host, uptake, "live", "--port", port.format(link=link), "--eal", EAL, "--json", card, *options,
                     log=log)


def opened(process, log):
    """Waits until uptake listens: what is sent from then on is in the ring of its port."""
    def listening():
        if process.poll() is not None:
            raise RuntimeError(f"uptake live ended at once, exit {process.returncode}: {log.read_text()}")
        return "listening on" in log.read_text()
    until("uptake live", listening, 60)
    time.sleep(0.3)


def stop(process):
    """Ends the run as Ctrl-C does; the score card is written."""
    Network.stop(process, signal.SIGINT, patience=20)
