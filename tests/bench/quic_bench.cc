// Cost of a client Initial of QUIC, derived and opened, beside a bare loop of OpenSSL that does the same and nothing
// else, in turn; of a forged one; and of a hello in 29 shuffled CRYPTO frames over two Initials.
// quic_bench [ROUNDS]

#define OPENSSL_SUPPRESS_DEPRECATED

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "dissectors/quic/quic.h"
#include "tests/dissectors/quic/builder.h"

namespace {

using namespace uptake;
using quic::test::Octets;
using quic::test::operator+;

constexpr std::size_t kInitials = 1024;  // each under keys of its own: none are known from before

/// What lies where in the Initials of this program: 8 octets of destination ID, 2 of source ID, no token.
constexpr std::size_t kIdAt = 6;
constexpr std::size_t kNumberAt = 20;

Octets random_id(std::mt19937& random) {
  Octets id(8);
  for (std::uint8_t& octet : id) octet = static_cast<std::uint8_t>(random());
  return id;
}

std::vector<Octets> initials(bool forged) {
  std::mt19937 random(1);
  const Octets hello = quic::test::client_hello();
  std::vector<Octets> made;
  for (std::size_t i = 0; i < kInitials; ++i) {
    const Octets id = random_id(random);
    made.push_back(quic::test::seal({.destination = id, .key_id = id}, quic::test::crypto_part(hello, 0, 1100)));
    if (forged) made.back().back() ^= 1;
  }
  return made;
}

/// Pads: HMAC-SHA-256 by OpenSSL's plain functions, with the blocks of its key hashed.
struct Pads {
  SHA256_CTX inner, outer;

  Pads(const std::uint8_t* key, std::size_t size) {
    std::uint8_t block[64] = {};
    std::copy_n(key, size, block);
    for (std::uint8_t& octet : block) octet ^= 0x36;
    SHA256_Init(&inner);
    SHA256_Update(&inner, block, sizeof block);
    for (std::uint8_t& octet : block) octet ^= 0x36 ^ 0x5c;
    SHA256_Init(&outer);
    SHA256_Update(&outer, block, sizeof block);
  }
  void mac(const void* text, std::size_t size, std::uint8_t* into) const {
    SHA256_CTX context = inner;
    SHA256_Update(&context, text, size);
    SHA256_Final(into, &context);
    context = outer;
    SHA256_Update(&context, into, 32);
    SHA256_Final(into, &context);
  }
};

// The labels of RFC 9001 appendix A.1, and the counter of HKDF-Expand behind them.
constexpr char kClientIn[] = "\x00\x20\x0ftls13 client in\x00\x01";
constexpr char kKey[] = "\x00\x10\x0etls13 quic key\x00\x01";
constexpr char kIv[] = "\x00\x0c\x0dtls13 quic iv\x00\x01";
constexpr char kHp[] = "\x00\x10\x0dtls13 quic hp\x00\x01";

/// Bare: OpenSSL alone, with contexts that are kept: keys, one header's mask, one AEAD.
class Bare {
 public:
  Bare() : gcm_(EVP_CIPHER_CTX_new()), ecb_(EVP_CIPHER_CTX_new()) {
    EVP_DecryptInit_ex2(gcm_, EVP_aes_128_gcm(), nullptr, nullptr, nullptr);
    EVP_EncryptInit_ex2(ecb_, EVP_aes_128_ecb(), nullptr, nullptr, nullptr);
  }
  ~Bare() {
    EVP_CIPHER_CTX_free(gcm_);
    EVP_CIPHER_CTX_free(ecb_);
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  bool open(const Octets& packet) {
    std::uint8_t secret[32], key[32], iv[32], hp[32];
    salt_.mac(packet.data() + kIdAt, 8, secret);
    Pads(secret, 32).mac(kClientIn, sizeof kClientIn - 1, secret);
    const Pads client(secret, 32);
    client.mac(kKey, sizeof kKey - 1, key);
    client.mac(kIv, sizeof kIv - 1, iv);
    client.mac(kHp, sizeof kHp - 1, hp);
    int size = 0;
    std::uint8_t mask[16];
    EVP_EncryptInit_ex2(ecb_, nullptr, hp, nullptr, nullptr);
    EVP_EncryptUpdate(ecb_, mask, &size, packet.data() + kNumberAt + 4, 16);
    std::uint8_t head[kNumberAt + 4];
    std::copy_n(packet.begin(), sizeof head, head);
    head[0] ^= mask[0] & 0x0fU;
    std::uint8_t nonce[12];
    std::copy_n(iv, sizeof nonce, nonce);
    for (std::size_t i = 0; i < 4; ++i) {
      head[kNumberAt + i] ^= mask[1 + i];
      nonce[8 + i] ^= head[kNumberAt + i];
    }
    const auto octets = static_cast<int>(packet.size() - sizeof head - 16);
    EVP_DecryptInit_ex2(gcm_, nullptr, key, nonce, nullptr);
    EVP_CIPHER_CTX_ctrl(gcm_, EVP_CTRL_AEAD_SET_TAG, 16,
                        const_cast<std::uint8_t*>(packet.data() + packet.size() - 16));
    EVP_DecryptUpdate(gcm_, nullptr, &size, head, sizeof head);
    EVP_DecryptUpdate(gcm_, room_.data(), &size, packet.data() + sizeof head, octets);
    return EVP_DecryptFinal_ex(gcm_, room_.data() + octets, &size) == 1;
  }

 private:
  EVP_CIPHER_CTX* gcm_;
  EVP_CIPHER_CTX* ecb_;
  const Pads salt_{quic::row_of(quic::Version::v1)->salt.data(), 20};
  std::array<std::uint8_t, 2048> room_{};
};

/// Whole: the dissector, from a datagram to what is carried.
class Whole {
 public:
  /// Whether the datagrams carried anything.
  bool read(std::initializer_list<const Octets*> datagrams) {
    quic::Dissector::Memory memory{};
    bool any = false;
    for (const Octets* datagram : datagrams) {
      Payload payload;
      payload.bytes = *datagram;
      payload.wire = static_cast<std::uint32_t>(datagram->size());
      payload.server_port = 443;
      notes_->clear();
      notes_->about(subject_, 0);
      carried_.clear();
      Call call{payload, *notes_, carried_, opener_.get()};
      (void)quic::Dissector::dissect(call, memory);
      any = any || !carried_.pieces().empty();
    }
    return any;
  }

 private:
  std::unique_ptr<quic::Opener> opener_ = std::make_unique<quic::Opener>();
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  Carried carried_;
  Subject subject_;
};

/// Microseconds of one call of `work`, on average over all Initials.
template <class Work>
double time_of(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < kInitials; ++i) work(i);
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  return took.count() / kInitials;
}

void require(bool holds) {
  if (!holds) std::abort();
}

/// The least of `rounds` rounds of two, in turn: what disturbs one disturbs the other.
void compare(const char* what, const std::vector<Octets>& packets, bool opens, int rounds) {
  Bare bare;
  Whole whole;
  double least_bare = 1e9;
  double least_whole = 1e9;
  for (int round = 0; round < rounds; ++round) {
    least_bare = std::min(least_bare, time_of([&](std::size_t i) { require(bare.open(packets[i]) == opens); }));
    least_whole = std::min(least_whole, time_of([&](std::size_t i) { require(whole.read({&packets[i]}) == opens); }));
  }
  fmt::print("{:46} {:6.3f} us, bare OpenSSL {:6.3f} us, ratio {:.2f}\n", what, least_whole, least_bare,
             least_whole / least_bare);
}

void shuffled_hello(int rounds) {
  std::mt19937 random(2);
  const Octets hello = quic::test::client_hello();
  std::vector<Octets> frames;
  for (std::size_t at = 0; at < hello.size(); at += hello.size() / 29 + 1)
    frames.push_back(quic::test::crypto_part(hello, at, hello.size() / 29 + 1));
  std::ranges::shuffle(frames, random);
  std::vector<std::array<Octets, 2>> packets;
  for (std::size_t i = 0; i < kInitials; ++i) {
    std::array<Octets, 2> parts;
    for (std::size_t j = 0; j < frames.size(); ++j) parts[j % 2] = parts[j % 2] + frames[j];
    const Octets id = random_id(random);
    packets.push_back({quic::test::seal({.destination = id, .key_id = id}, parts[0]),
                       quic::test::seal({.destination = id, .key_id = id, .number = 1}, parts[1])});
  }
  Whole whole;
  double least = 1e9;
  for (int round = 0; round < rounds; ++round)
    least = std::min(least, time_of([&](std::size_t i) { require(whole.read({&packets[i][0], &packets[i][1]})); }));
  fmt::print("{:46} {:6.3f} us\n", "hello in two Initials, 29 shuffled frames", least);
}

}  // namespace

int main(int argc, char** argv) {
  const int asked = argc > 1 ? std::atoi(argv[1]) : 0;
  const int rounds = asked > 0 ? asked : 15;
  compare("client Initial derived and opened", initials(false), true, rounds);
  compare("forged client Initial, derived and refused", initials(true), false, rounds);
  shuffled_hello(rounds);
  return 0;
}
