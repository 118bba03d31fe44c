// What the join of certificates says of chains, for certificates.py: reads a line for each from standard input, of
// the packet time in seconds, the name that was asked for or "-", and the body of the Certificate message in
// hexadecimal; writes one with what it comes to. The argument is a bundle of trust anchors. A chain whose issuer was
// kept must come to what the whole one does: "differs" otherwise.

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "policy/correlate/certificates/verifier.h"

namespace {

using namespace uptake;

std::vector<std::uint8_t> octets_of(const std::string& hex) {
  std::vector<std::uint8_t> octets;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    octets.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return octets;
}

Bytes bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  std::ifstream bundle(argv[1]);
  const std::string pem{std::istreambuf_iterator<char>(bundle), {}};
  TrustAnchors anchors(pem);
  certificates::Verifier verifier(pem);
  std::int64_t seconds = 0;
  std::string name;
  std::string hex;
  while (std::cin >> seconds >> name >> hex) {
    const std::vector<std::uint8_t> body = octets_of(hex);
    const certificates::Chain chain(body);
    if (!chain.ok()) {
      std::puts("malformed");
      continue;
    }
    const certificates::Bits bits = chain.judge(anchors.store(), seconds).bits;
    for (int i = 0; i < 2; ++i) {
      const auto kept = verifier.judge(body, verifier.leaf_of(body), seconds);
      if (!kept || kept->bits.pack() != bits.pack()) std::fputs("differs ", stdout);
    }
    const bool matches = name != "-" && chain.is_for(bytes_of(name));
    std::printf("%u %u %u %u %u %u\n", bits.verify_code, static_cast<unsigned>(bits.key), bits.key_bits, bits.hash,
                bits.scts, matches ? 1U : 0U);
  }
  return 0;
}
