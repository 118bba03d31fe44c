#pragma once

#include <algorithm>
#include <string_view>
#include <utility>

#include "dissectors/tls/records.h"
#include "tests/dissectors/tls/reading.h"

namespace uptake::tls::test {

inline Octets from_hex(std::string_view text) {
  const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  Octets out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(digit(text[i]) << 4 | digit(text[i + 1])));
  return out;
}
inline Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
inline Octets octets(std::string_view text) { return {text.begin(), text.end()}; }
/// `size` octets, big-endian.
inline Octets number(std::size_t value, int size) {
  Octets out;
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
  return out;
}
/// A vector of TLS: its length in `size` octets, then itself.
inline Octets vector(int size, const Octets& body) { return number(body.size(), size) + body; }
inline Octets words(std::initializer_list<std::uint16_t> values) {
  Octets out;
  for (const std::uint16_t value : values) out = out + number(value, 2);
  return out;
}

inline Octets message(std::uint8_t type, const Octets& body) { return number(type, 1) + vector(3, body); }
/// Records of `type` that hold `body`, `size` octets each.
inline Octets records(std::uint8_t type, const Octets& body, std::size_t size = 16384) {
  Octets out;
  for (std::size_t at = 0; at < body.size(); at += size) {
    const auto from = body.begin() + static_cast<std::ptrdiff_t>(at);
    const auto to = body.begin() + static_cast<std::ptrdiff_t>(std::min(at + size, body.size()));
    out = out + number(type, 1) + words({0x0301}) + vector(2, Octets(from, to));
  }
  return out;
}
inline Octets handshake(const Octets& messages) { return records(kHandshake, messages); }
inline Octets alert(std::uint8_t level, std::uint8_t description) { return records(kAlert, {level, description}); }
inline const Octets kChangeCipherSpecRecord = records(kChangeCipherSpec, {1});

/// Hello: a ClientHello or ServerHello, put together part by part.
struct Hello {
  std::uint16_t version = 0x0303;
  Octets random = Octets(32, 0x5a);
  Octets session_id;
  Octets suites = words({0xc02f});
  Octets compression = {0};
  Octets extensions;
  bool with_extensions = true;

  Hello&& extension(std::uint16_t type, const Octets& data) && {
    extensions = extensions + words({type}) + vector(2, data);
    return std::move(*this);
  }
  Hello&& suite(std::uint16_t value) && {
    suites = words({value});
    return std::move(*this);
  }
  Hello&& of(std::uint16_t value) && {
    version = value;
    return std::move(*this);
  }
  Hello&& id(const Octets& value) && {
    session_id = value;
    return std::move(*this);
  }
  Hello&& retry() && {
    random = from_hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
    return std::move(*this);
  }
  Hello&& bare() && {
    with_extensions = false;
    return std::move(*this);
  }

  [[nodiscard]] Octets client_message() const {
    Octets body = words({version}) + random + vector(1, session_id) + vector(2, suites) + vector(1, compression);
    if (with_extensions) body = body + vector(2, extensions);
    return message(kClientHello, body);
  }
  [[nodiscard]] Octets server_message() const {
    Octets body = words({version}) + random + vector(1, session_id) + suites + compression;
    if (with_extensions) body = body + vector(2, extensions);
    return message(kServerHello, body);
  }
  [[nodiscard]] Octets client() const { return handshake(client_message()); }
  [[nodiscard]] Octets server() const { return handshake(server_message()); }
};

inline Octets server_name(std::string_view name) { return vector(2, Octets{0} + vector(2, octets(name))); }
inline Octets protocols(std::initializer_list<std::string_view> names) {
  Octets list;
  for (const std::string_view name : names) list = list + vector(1, octets(name));
  return vector(2, list);
}
inline Octets shares(std::initializer_list<std::pair<std::uint16_t, std::size_t>> entries) {
  Octets list;
  for (const auto& [group, size] : entries) list = list + words({group}) + vector(2, Octets(size, 0x77));
  return vector(2, list);
}
inline Octets curve_exchange(std::uint16_t group, std::uint16_t scheme = 0x0403) {
  return message(kServerKeyExchange,
                 Octets{3} + words({group}) + vector(1, Octets(65, 4)) + words({scheme}) + vector(2, Octets(70, 1)));
}
/// A ServerHello of TLS 1.3 with the group.
inline Hello hello_13(std::uint16_t group, std::size_t share = 32) {
  return Hello()
      .suite(0x1301)
      .extension(43, words({0x0304}))
      .extension(51, words({group}) + vector(2, Octets(share, 0x99)));
}
/// A ClientHello that offers TLS 1.3 and what a browser offers.
inline Hello browser_hello() {
  Hello hello;
  hello.session_id = Octets(32, 7);
  hello.suites = words({0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013,
                        0xc014, 0x009c, 0x009d, 0x002f, 0x0035});
  return std::move(hello)
      .extension(0x1a1a, {})
      .extension(0, server_name("www.some-example.org"))
      .extension(23, {})
      .extension(0xff01, {0})
      .extension(10, vector(2, words({0x4a4a, 0x11ec, 0x001d, 0x0017, 0x0018})))
      .extension(11, {1, 0})
      .extension(35, {})
      .extension(16, protocols({"h2", "http/1.1"}))
      .extension(5, {1, 0, 0, 0, 0})
      .extension(13, vector(2, words({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601})))
      .extension(18, {})
      .extension(51, shares({{0x4a4a, 1}, {0x11ec, 1216}, {0x001d, 32}}))
      .extension(45, {1, 1})
      .extension(43, vector(1, words({0x6a6a, 0x0304, 0x0303})))
      .extension(27, {2, 0, 2})
      .extension(0xfe0d, Octets(186, 3))
      .extension(0x8a8a, {0});
}

}  // namespace uptake::tls::test
