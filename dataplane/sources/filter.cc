#include "dataplane/sources/filter.h"

#include <pcap.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <new>
#include <string_view>
#include <utility>

#include "dataplane/sources/record.h"

namespace uptake {
namespace {

/// Kind: a link type and its DLT_ number, which is not always the one of files.
struct Kind {
  LinkType link;
  int dlt;
};

// Ethernet first: its message is the one that people expect.
constexpr std::array kKinds{Kind{LinkType::ethernet, DLT_EN10MB},
                            Kind{LinkType::null, DLT_NULL},
                            Kind{LinkType::ppp, DLT_PPP},
                            Kind{LinkType::ppp_hdlc, DLT_PPP_SERIAL},
                            Kind{LinkType::raw_ip, DLT_RAW},
                            Kind{LinkType::loop, DLT_LOOP},
                            Kind{LinkType::raw_ip_openbsd, DLT_RAW},
                            Kind{LinkType::linux_sll, DLT_LINUX_SLL},
                            Kind{LinkType::ipv4, DLT_IPV4},
                            Kind{LinkType::ipv6, DLT_IPV6},
                            Kind{LinkType::linux_sll2, DLT_LINUX_SLL2}};

/// The expression has one of the words that make libpcap look behind a tag or a tunnel's header.
bool names_wrapper(std::string_view expression) {
  constexpr std::array<std::string_view, 4> kWrappers = {"vlan", "mpls", "pppoes", "geneve"};
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (auto at = expression.begin(); at != expression.end();) {
    const auto end = std::find_if_not(at, expression.end(), in_word);
    if (std::ranges::count(kWrappers, std::string_view(at, end)) != 0) return true;
    at = std::find_if(end, expression.end(), in_word);
  }
  return false;
}

}  // namespace

struct Filter::Programs {
  std::array<bpf_program, kKinds.size()> programs{};  // null instructions: makes no sense on this link type
  bool keeps_all = false;
  bool looks_inside = false;

  Programs() = default;
  Programs(const Programs&) = delete;
  Programs& operator=(const Programs&) = delete;
  ~Programs() {
    for (bpf_program& program : programs) pcap_freecode(&program);
  }
};

Either<Filter> Filter::compile(const std::string& expression) {
  auto programs = std::make_shared<Programs>();
  programs->keeps_all = expression.find_first_not_of(" \t\n") == std::string::npos;
  programs->looks_inside = names_wrapper(expression);
  std::string error;
  std::size_t compiled = 0;
  for (std::size_t i = 0; i < kKinds.size() && !programs->keeps_all; ++i) {
    pcap_t* handle = pcap_open_dead(kKinds[i].dlt, static_cast<int>(kMaxCaptured));
    if (handle == nullptr) throw std::bad_alloc();
    constexpr int kOptimise = 1;
    if (pcap_compile(handle, &programs->programs[i], expression.c_str(), kOptimise, PCAP_NETMASK_UNKNOWN) == 0) {
      ++compiled;
    } else {
      programs->programs[i] = {};
      if (error.empty()) error = pcap_geterr(handle);
    }
    pcap_close(handle);
  }
  if (compiled == 0 && !programs->keeps_all)
    return Refusal{Why::usage, error, "filter \"" + expression + "\"", "see pcap-filter(7)"};
  return Filter(std::move(programs));
}

bool Filter::looks_inside() const noexcept { return programs_->looks_inside; }

bool Filter::matches(const Frame& frame) const noexcept {
  if (programs_->keeps_all) return true;
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i].link != frame.link) continue;
    const bpf_program& program = programs_->programs[i];
    return program.bf_insns != nullptr && bpf_filter(program.bf_insns, frame.data, frame.wire, frame.captured) != 0;
  }
  return true;
}

}  // namespace uptake
