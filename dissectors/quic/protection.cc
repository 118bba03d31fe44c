#include "dissectors/quic/protection.h"

#include <algorithm>
#include <array>

namespace uptake::quic {
namespace {

constexpr std::size_t kSample = 16;        // octets that the header's mask is made of
constexpr std::size_t kLongestNumber = 4;  // octets of a packet number
constexpr std::size_t kTag = 16;
constexpr unsigned kReserved = 0x0c;  // bits of the first octet that are zero under their protection (RFC 9000 §17.2)

/// Ok: collects the answers of OpenSSL.
struct Ok {
  bool all = true;
  void operator+=(int answer) noexcept { all = all && answer == 1; }
};

}  // namespace

Protection::Protection() noexcept : payload_(EVP_CIPHER_CTX_new()), header_(EVP_CIPHER_CTX_new()) {
  Ok ok;
  ok += payload_ != nullptr && header_ != nullptr ? 1 : 0;
  if (ok.all) ok += EVP_DecryptInit_ex2(payload_, EVP_aes_128_gcm(), nullptr, nullptr, nullptr);
  if (ok.all) ok += EVP_EncryptInit_ex2(header_, EVP_aes_128_ecb(), nullptr, nullptr, nullptr);
  if (ok.all) ok += EVP_CIPHER_CTX_set_padding(header_, 0);
  ready_ = ok.all;
}

Protection::~Protection() {
  EVP_CIPHER_CTX_free(payload_);
  EVP_CIPHER_CTX_free(header_);
}

// mask = AES-ECB(hp, sample); first octet ^= mask[0] & 0x0f; packet number ^= mask[1..4]  RFC 9001 section 5.4.1
// nonce = iv ^ packet number; the header is what else is authenticated  RFC 9001 section 5.3
Protection::Plain Protection::open(const Packet& packet, const Keys& keys, std::span<std::uint8_t> room) noexcept {
  const Bytes whole = packet.whole;
  const std::size_t at = packet.number_at;
  if (!ready_ || packet.cut || whole.size() < at + kLongestNumber + kSample || whole.size() > room.size()) return {};
  Ok ok;
  int written = 0;
  std::array<std::uint8_t, kSample> mask;
  const std::uint8_t* const sample = whole.data() + at + kLongestNumber;
  ok += EVP_EncryptInit_ex2(header_, nullptr, keys.header.data(), nullptr, nullptr);
  ok += EVP_EncryptUpdate(header_, mask.data(), &written, sample, kSample);

  // The header without its protection stands in front of the room for the frames.
  const std::uint8_t form = whole[0] ^ (mask[0] & 0x0fU);
  // Three of four forged Initials end here, before their 1,200 octets are gone through.
  if (!ok.all || (form & kReserved) != 0) return {};
  const std::size_t number_size = (form & 3U) + 1U;
  const std::size_t header_size = at + number_size;
  std::copy_n(whole.begin(), header_size, room.begin());
  room[0] = form;
  std::array<std::uint8_t, 12> nonce = keys.iv;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < number_size; ++i) {
    room[at + i] ^= mask[1 + i];
    number = number << 8 | room[at + i];
    nonce[nonce.size() - number_size + i] ^= room[at + i];
  }
  const std::size_t size = whole.size() - header_size - kTag;
  std::array<std::uint8_t, kTag> tag;
  std::copy_n(whole.end() - kTag, kTag, tag.begin());
  std::uint8_t* const frames = room.data() + header_size;
  EVP_CIPHER_CTX* const context = payload_;
  ok += EVP_DecryptInit_ex2(context, nullptr, keys.key.data(), nonce.data(), nullptr);
  ok += EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTag, tag.data());
  ok += EVP_DecryptUpdate(context, nullptr, &written, room.data(), static_cast<int>(header_size));
  ok += EVP_DecryptUpdate(context, frames, &written, whole.data() + header_size, static_cast<int>(size));
  if (!ok.all || EVP_DecryptFinal_ex(context, frames + size, &written) != 1) return {};
  return {{frames, size}, number};
}

}  // namespace uptake::quic
