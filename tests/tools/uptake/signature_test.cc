#include "tools/uptake/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tools/uptake/child.h"
#include "tools/uptake/output.h"

namespace uptake {
namespace signature_test {

using testing::EndsWith;
using testing::HasSubstr;

TEST(Child, HasNoShellAndIsHeardOut) {
  const std::optional<Finished> echoed = run_child({"echo", "$HOME; a  b"}, {});
  ASSERT_TRUE(echoed);
  EXPECT_TRUE(echoed->ok);
  EXPECT_EQ(echoed->output, "$HOME; a  b\n");
  const std::string much(1'000'000, 'x');  // more than a pipe holds
  EXPECT_EQ(run_child({"cat"}, much)->output, much);
  const std::optional<Finished> failed = run_child({"cat", "/none"}, {});
  EXPECT_FALSE(failed->ok);
  EXPECT_THAT(failed->errors, HasSubstr("/none"));
  EXPECT_FALSE(run_child({"no-such-program-of-uptake"}, {}));
  EXPECT_EQ(errno, ENOENT);
}

/// Keys of two, and a list that names one of them.
class Signature : public testing::Test {
 protected:
  void SetUp() override {
    if (!run_child({"ssh-keygen", "-?"}, {})) GTEST_SKIP() << "ssh-keygen is not installed";
    folder_ = std::filesystem::temp_directory_path() / ("uptake_signature_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    for (const char* name : {"key", "stranger"})
      ASSERT_TRUE(run_child({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path(name)}, {})->ok);
    write("allowed", "isp-a namespaces=\"uptake-public\" " + read("key.pub"));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string read(const std::string& name) const {
    std::ifstream in(path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& name, const std::string& text) const { ASSERT_FALSE(write_whole(path(name), text)); }
  void sign(const std::string& text, const std::string& key) const {
    const Either<std::string> signature = signature_of(text, path(key));
    ASSERT_TRUE(std::holds_alternative<std::string>(signature)) << std::get<Refusal>(signature).line();
    write("sig", std::get<std::string>(signature));
  }
  /// The signer, or why there is none.
  std::string told(const std::string& text, const std::string& signer = {}) const {
    const Either<std::string> found = signer_of(text, path("sig"), {path("allowed"), signer});
    if (const std::string* name = std::get_if<std::string>(&found)) return *name;
    EXPECT_EQ(std::get<Refusal>(found).why, Why::configuration);
    EXPECT_THAT(std::get<Refusal>(found).line(), testing::Not(HasSubstr("\n")));
    return std::get<Refusal>(found).line();
  }

  std::filesystem::path folder_;
};

TEST_F(Signature, TellsWhoSigned) {
  sign("sums\n", "key");
  EXPECT_EQ(told("sums\n"), "isp-a");
  EXPECT_EQ(told("sums\n", "isp-a"), "isp-a");
}

TEST_F(Signature, IsRefusedWhereItIsAnotherOne) {
  sign("sums\n", "key");
  EXPECT_THAT(told("sumt\n"), EndsWith("sig: is no signature of isp-a over SHA256SUMS "
                                       "(ssh-keygen: Signature verification failed: incorrect signature)"));
  EXPECT_THAT(told("sums\n", "isp-b"), HasSubstr("is no signature of isp-b"));
  sign("sums\n", "stranger");
  EXPECT_THAT(told("sums\n"), HasSubstr("is by nobody whom "));
  EXPECT_THAT(told("sums\n", "isp-a"), HasSubstr("is no signature of isp-a"));
  write("sig", run_child({"ssh-keygen", "-Y", "sign", "-f", path("key"), "-n", "file"}, "sums\n")->output);
  EXPECT_THAT(told("sums\n"), HasSubstr("namespace does not match"));
  write("sig", "no signature");
  EXPECT_THAT(told("sums\n"), HasSubstr("is by nobody whom "));
  std::filesystem::remove(path("sig"));
  EXPECT_THAT(told("sums\n"), HasSubstr("is not there: the package is not signed"));
  const Either<std::string> unsigned_one = signature_of("sums\n", path("none"));
  EXPECT_THAT(std::get<Refusal>(unsigned_one).line(), HasSubstr("none: is no key to sign with (ssh-keygen: "));
}

TEST_F(Signature, SaysThatTheProgramIsMissing) {
  const std::string before = std::getenv("PATH");
  ASSERT_EQ(setenv("PATH", folder_.c_str(), 1), 0);
  const Either<std::string> signature = signature_of("sums\n", path("key"));
  setenv("PATH", before.c_str(), 1);
  EXPECT_EQ(std::get<Refusal>(signature).line(),
            "ssh-keygen: cannot be run (No such file or directory); install OpenSSH's client");
}

}  // namespace signature_test
}  // namespace uptake
