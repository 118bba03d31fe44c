#include "policy/client_groups.h"

#include <sodium.h>

#include <array>
#include <span>

#include "policy/hexadecimal.h"

namespace uptake {
namespace {

std::string name_of(const Digests::Key& key) {
  constexpr std::string_view kUse = "uptake client groups";
  std::array<std::uint8_t, crypto_generichash_BYTES> hash{};
  crypto_generichash_state state;
  (void)crypto_generichash_init(&state, nullptr, 0, hash.size());
  (void)crypto_generichash_update(&state, reinterpret_cast<const std::uint8_t*>(kUse.data()), kUse.size());
  (void)crypto_generichash_update(&state, key.data(), key.size());
  (void)crypto_generichash_final(&state, hash.data(), hash.size());
  constexpr std::size_t kOctets = 8;
  return hexadecimal(std::span(hash).first(kOctets));
}

}  // namespace

ClientGroups::ClientGroups(const Digests::Key& key) : digests_(key), name_(name_of(key)) {}

std::optional<ClientGroups> ClientGroups::from_text(std::string_view contents) {
  const std::optional<Digests::Key> key = Digests::key_from_text(contents);
  if (!key) return std::nullopt;
  return ClientGroups(*key);
}

}  // namespace uptake
