#include "policy/profiles/profile.h"

#include <gtest/gtest.h>

#include <string>

#include "policy/embedded.h"

namespace uptake {
namespace profile_test {

using enum VerdictClass;

constexpr std::string_view kSmall = R"(name = "small"
title = "A small one"
document = "none"
[versions]
good = [0x0304]
[suites]
sufficient = [0x1301]
[groups]
phase_out = [0x001d]
[signature_hashes]
good = [4]
[settings]
custom_dh = "phase_out"
compression = "insufficient"
no_secure_renegotiation = "sufficient"
no_ems = "good"
)";

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(kSmall);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, from.size(), to);
}

Refusal error_of(std::string_view text) {
  const auto parsed = Profile::parse(text, "x.toml");
  const auto* error = std::get_if<Refusal>(&parsed);
  return error != nullptr ? *error : Refusal{};
}

TEST(Profile, ReadsClassesAndSettings) {
  const auto parsed = Profile::parse(kSmall, "x.toml");
  ASSERT_TRUE(std::holds_alternative<Profile>(parsed));
  const Profile& profile = std::get<Profile>(parsed);
  EXPECT_EQ(profile.name(), "small");
  EXPECT_EQ(profile.version(0x0304), good);
  EXPECT_EQ(profile.version(0x0303), insufficient);
  EXPECT_EQ(profile.version(0x7f1c), insufficient);
  EXPECT_EQ(profile.version(0), insufficient);
  EXPECT_EQ(profile.suite(0x1301), sufficient);
  EXPECT_EQ(profile.suite(0xffff), insufficient);
  EXPECT_EQ(profile.group(0x001d), phase_out);
  EXPECT_EQ(profile.custom_dh(), phase_out);
  EXPECT_EQ(profile.no_secure_renegotiation(), sufficient);
  EXPECT_EQ(profile.signature_hash(4), good);
  EXPECT_EQ(profile.signature_hash(2), insufficient);
}

TEST(Profile, SaysWhereItIsWrong) {
  EXPECT_EQ(error_of(replaced("[0x0304]", "[0x0304")).where, "x.toml:6:1");
  EXPECT_EQ(error_of(replaced("[0x1301]", "[0x1301, 0x1301]")).what, "code point 0x1301 is listed twice");
  EXPECT_EQ(error_of(replaced("[0x1301]", "[0x1301, 0x1301]")).where, "x.toml:7:23");
  EXPECT_EQ(error_of(replaced("[0x1301]", "[70000]")).what, "a code point is a number from 0 to 65535");
  EXPECT_EQ(error_of(replaced("[0x1301]", "[\"a\"]")).what, "a code point is a number from 0 to 65535");
  EXPECT_EQ(error_of(replaced("[0x1301]", "5")).what, "`sufficient` must be a list of code points");
  EXPECT_EQ(error_of(replaced("[groups]", "[curves]")).what, "`curves` is not a key of a profile");
  EXPECT_EQ(error_of(replaced("phase_out = [0x001d]", "bad = [1]")).what, "`bad` is not a key of a profile");
  EXPECT_EQ(error_of(replaced("name = \"small\"\n", "")).what, "`name` is missing");
  EXPECT_EQ(error_of(replaced("\"sufficient\"", "\"fine\"")).what,
            "`no_secure_renegotiation` must be good, sufficient, phase_out or insufficient");
  EXPECT_FALSE(error_of("").what.empty());
}

TEST(Profile, EmbedsBothVersions) {
  EXPECT_EQ(default_profile().name(), "ncsc-nl-2025-05");
  ASSERT_NE(find_profile("ncsc-nl-2.1"), nullptr);
  EXPECT_EQ(find_profile("ncsc-nl"), nullptr);
  // A file that could not be read is not among them.
  for (const EmbeddedText& embedded : embedded_profiles())
    EXPECT_NE(find_profile(embedded.name), nullptr) << embedded.name;
}

TEST(Profile, DiffersBetweenVersionsAsPublished) {
  const Profile& now = default_profile();
  const Profile& then = *find_profile("ncsc-nl-2.1");
  struct {
    VerdictClass got_now, now, got_then, then;
  } const rows[] = {
      {now.version(0x0304), good, then.version(0x0304), good},
      {now.version(0x0303), sufficient, then.version(0x0303), sufficient},
      {now.version(0x0302), insufficient, then.version(0x0302), phase_out},
      {now.version(0x0301), insufficient, then.version(0x0301), phase_out},
      {now.version(0x0300), insufficient, then.version(0x0300), insufficient},
      {now.suite(0x1301), sufficient, then.suite(0x1301), good},
      {now.suite(0x1302), good, then.suite(0x1302), good},
      {now.suite(0x1305), insufficient, then.suite(0x1305), insufficient},
      {now.suite(0xc02f), sufficient, then.suite(0xc02f), good},
      {now.suite(0xc013), insufficient, then.suite(0xc013), sufficient},
      {now.suite(0xc027), phase_out, then.suite(0xc027), sufficient},
      {now.suite(0x009c), insufficient, then.suite(0x009c), phase_out},
      {now.suite(0x000a), insufficient, then.suite(0x000a), phase_out},
      {now.suite(0x0005), insufficient, then.suite(0x0005), insufficient},
      {now.group(0x11ec), good, then.group(0x11ec), insufficient},
      {now.group(0x001d), sufficient, then.group(0x001d), good},
      {now.group(0x0019), sufficient, then.group(0x0019), insufficient},
      {now.group(0x0015), phase_out, then.group(0x0015), phase_out},
      {now.group(0x0100), insufficient, then.group(0x0100), phase_out},
      {now.group(0x0101), phase_out, then.group(0x0101), sufficient},
      {now.signature_hash(4), good, then.signature_hash(4), good},
      {now.signature_hash(3), phase_out, then.signature_hash(3), good},
      {now.signature_hash(2), insufficient, then.signature_hash(2), phase_out},
      {now.no_ems(), insufficient, then.no_ems(), good},
      {now.compression(), insufficient, then.compression(), insufficient},
      {now.no_secure_renegotiation(), insufficient, then.no_secure_renegotiation(), insufficient},
  };
  int row = 0;
  for (const auto& r : rows) {
    EXPECT_EQ(r.got_now, r.now) << "row " << row;
    EXPECT_EQ(r.got_then, r.then) << "row " << row;
    ++row;
  }
}

}  // namespace profile_test
}  // namespace uptake
