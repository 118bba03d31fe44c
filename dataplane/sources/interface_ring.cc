#include <pcap/pcap.h>

#include <cstring>
#include <string>

#include "dataplane/sources/port.h"

// DPDK's net_pcap opens an interface with libpcap's defaults, and takes no argument about them: eight blocks, each of
// which the kernel closes after a millisecond on a fast link. A reader that is held up for 8 ms loses frames then.
// The program therefore stands in front of libpcap with this one function, which the driver calls in its place.

namespace uptake {
namespace {

constexpr int kRingBytes = 64 << 20;
constexpr int kBlockMs = 16;  // 256 blocks of 256 KiB: four seconds of little traffic

std::string why(pcap_t* handle, int status) {
  const std::string words = pcap_geterr(handle);
  return words.empty() ? pcap_statustostr(status) : words;
}

}  // namespace

void keep_interface_ring() noexcept {}

}  // namespace uptake

extern "C" [[gnu::used, gnu::visibility("default")]] pcap_t* pcap_open_live(const char* device, int snaplen,
                                                                            int promiscuous, int, char* error) {
  pcap_t* handle = pcap_create(device, error);
  if (handle == nullptr) return nullptr;
  (void)pcap_set_snaplen(handle, snaplen);
  (void)pcap_set_promisc(handle, promiscuous);
  (void)pcap_set_timeout(handle, uptake::kBlockMs);
  (void)pcap_set_buffer_size(handle, uptake::kRingBytes);
  const int status = pcap_activate(handle);
  if (status >= 0) return handle;
  const std::string words = std::string(device) + ": " + uptake::why(handle, status);
  std::strncpy(error, words.c_str(), PCAP_ERRBUF_SIZE - 1);
  error[PCAP_ERRBUF_SIZE - 1] = '\0';
  pcap_close(handle);
  return nullptr;
}
