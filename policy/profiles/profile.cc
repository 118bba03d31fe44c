#include "policy/profiles/profile.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cassert>
#include <deque>
#include <optional>

#include "policy/embedded.h"

namespace uptake {

std::string_view name_of(VerdictClass verdict) noexcept {
  switch (verdict) {
    case VerdictClass::insufficient:
      return "insufficient";
    case VerdictClass::phase_out:
      return "phase_out";
    case VerdictClass::sufficient:
      return "sufficient";
    case VerdictClass::good:
      return "good";
  }
  return "unknown";
}

/// ProfileReader: fills a Profile from a parsed document; the first thing wrong ends up in `refusal`.
class ProfileReader {
 public:
  explicit ProfileReader(std::string_view file) : file_(file) {}

  std::optional<Profile> read(const toml::table& document) {
    known_keys(document, {"name", "title", "document", "versions", "suites", "groups", "signature_hashes", "settings",
                          "certificate_keys", "certificate_rsa", "certificate_hashes"});
    profile_.name_ = text(document, "name");
    profile_.title_ = text(document, "title");
    profile_.document_ = text(document, "document");
    auto tables = std::make_shared<Profile::Tables>();
    read_classes(document, "suites", tables->suites);
    read_classes(document, "groups", tables->groups);
    read_classes(document, "signature_hashes", profile_.hashes_);
    read_versions(document);
    read_settings(document);
    if (document.contains("certificate_keys")) {
      profile_.ranks_certificates_ = true;
      read_classes(document, "certificate_keys", tables->certificate_keys);
      read_classes(document, "certificate_hashes", profile_.certificate_hashes_);
      read_rsa(document);
    }
    if (refusal_) return std::nullopt;
    profile_.tables_ = std::move(tables);
    return std::move(profile_);
  }

  [[nodiscard]] const Refusal& refusal() const { return *refusal_; }

  static std::string place(std::string_view file, const toml::source_position& at) {
    return fmt::format("{}:{}:{}", file, static_cast<unsigned>(at.line), static_cast<unsigned>(at.column));
  }

 private:
  void fail(const toml::node& node, std::string what) {
    if (!refusal_) refusal_ = Refusal{Why::configuration, std::move(what), place(file_, node.source().begin)};
  }

  void known_keys(const toml::table& table, std::initializer_list<std::string_view> known) {
    for (const auto& [key, node] : table) {
      bool found = false;
      for (const std::string_view name : known) found = found || key.str() == name;
      if (!found) fail(node, fmt::format("`{}` is not a key of a profile", key.str()));
    }
  }

  const toml::table* section(const toml::table& document, std::string_view key) {
    const toml::node* node = document.get(key);
    if (node == nullptr) {
      fail(document, fmt::format("section [{}] is missing", key));
      return nullptr;
    }
    if (!node->is_table()) fail(*node, fmt::format("`{}` must be a section", key));
    return node->as_table();
  }

  std::string text(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) {
      fail(table, fmt::format("`{}` is missing", key));
      return {};
    }
    const auto value = node->value_exact<std::string>();
    if (!value || value->empty()) fail(*node, fmt::format("`{}` must be a text", key));
    return value.value_or("");
  }

  /// [key] with lists of code points by class, into a table indexed by code point.
  template <std::size_t kSize>
  void read_classes(const toml::table& document, std::string_view key, std::array<VerdictClass, kSize>& into) {
    const toml::table* classes = section(document, key);
    if (classes == nullptr) return;
    known_keys(*classes, {"good", "sufficient", "phase_out"});
    for (const VerdictClass verdict : {VerdictClass::good, VerdictClass::sufficient, VerdictClass::phase_out}) {
      const toml::node* node = classes->get(name_of(verdict));
      if (node == nullptr) continue;
      const toml::array* list = node->as_array();
      if (list == nullptr) return fail(*node, fmt::format("`{}` must be a list of code points", name_of(verdict)));
      for (const toml::node& item : *list) read_code_point(item, verdict, into);
    }
  }

  template <std::size_t kSize>
  void read_code_point(const toml::node& item, VerdictClass verdict, std::array<VerdictClass, kSize>& into) {
    const auto value = item.value_exact<std::int64_t>();
    if (!value || *value < 0 || *value >= static_cast<std::int64_t>(kSize))
      return fail(item, fmt::format("a code point is a number from 0 to {}", kSize - 1));
    VerdictClass& slot = into[static_cast<std::size_t>(*value)];
    if (slot != VerdictClass::insufficient)
      return fail(item, fmt::format("code point {:#06x} is listed twice", *value));
    slot = verdict;
  }

  void read_versions(const toml::table& document) {
    auto by_code_point = std::make_unique<std::array<VerdictClass, 65536>>();
    read_classes(document, "versions", *by_code_point);
    for (std::size_t minor = 0; minor < profile_.versions_.size(); ++minor)
      profile_.versions_[minor] = (*by_code_point)[0x0300 + minor];
  }

  void read_settings(const toml::table& document) {
    const toml::table* settings = section(document, "settings");
    if (settings == nullptr) return;
    known_keys(*settings, {"custom_dh", "compression", "no_secure_renegotiation", "no_ems"});
    profile_.custom_dh_ = verdict(*settings, "custom_dh");
    profile_.compression_ = verdict(*settings, "compression");
    profile_.no_secure_renegotiation_ = verdict(*settings, "no_secure_renegotiation");
    profile_.no_ems_ = verdict(*settings, "no_ems");
  }

  /// [certificate_rsa] with the least bits of each class that has some.
  void read_rsa(const toml::table& document) {
    const toml::table* classes = section(document, "certificate_rsa");
    if (classes == nullptr) return;
    known_keys(*classes, {"good", "sufficient", "phase_out"});
    for (const VerdictClass verdict : {VerdictClass::good, VerdictClass::sufficient, VerdictClass::phase_out}) {
      const toml::node* node = classes->get(name_of(verdict));
      if (node == nullptr) continue;
      const auto bits = node->value_exact<std::int64_t>();
      if (!bits || *bits < 1 || *bits > 65536) return fail(*node, "a number of bits is 1 to 65536");
      profile_.rsa_bits_[static_cast<std::size_t>(verdict)] = static_cast<std::uint32_t>(*bits);
    }
  }

  VerdictClass verdict(const toml::table& table, std::string_view key) {
    const std::string name = text(table, key);
    for (std::size_t i = 0; i < kVerdictClasses; ++i)
      if (name == name_of(static_cast<VerdictClass>(i))) return static_cast<VerdictClass>(i);
    if (const toml::node* node = table.get(key); node != nullptr)
      fail(*node, fmt::format("`{}` must be good, sufficient, phase_out or insufficient", key));
    return VerdictClass::insufficient;
  }

  std::string_view file_;
  Profile profile_;
  std::optional<Refusal> refusal_;
};

Either<Profile> Profile::parse(std::string_view text, std::string_view file) {
  try {
    ProfileReader reader(file);
    const toml::table document = toml::parse(text);
    std::optional<Profile> profile = reader.read(document);
    if (!profile) return reader.refusal();
    return std::move(*profile);
  } catch (const toml::parse_error& error) {
    return Refusal{Why::configuration, std::string(error.description()),
                   ProfileReader::place(file, error.source().begin)};
  }
}

const Profile* find_profile(std::string_view name) {
  static const std::deque<Profile> kAll = [] {
    std::deque<Profile> all;
    for (const EmbeddedText& embedded : embedded_profiles()) {
      auto parsed = Profile::parse(embedded.text, embedded.name);
      assert(std::holds_alternative<Profile>(parsed));
      if (auto* profile = std::get_if<Profile>(&parsed)) all.push_back(std::move(*profile));
    }
    return all;
  }();
  for (const Profile& profile : kAll)
    if (profile.name() == name) return &profile;
  return nullptr;
}

std::string known_profiles() {
  std::string names;
  for (const EmbeddedText& profile : embedded_profiles()) names += fmt::format(" {}", profile.name);
  return names;
}

const Profile& default_profile() {
  const Profile* profile = find_profile(kDefaultProfile);
  assert(profile != nullptr);
  return *profile;
}

}  // namespace uptake
