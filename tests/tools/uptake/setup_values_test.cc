#include "tools/uptake/setup_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace uptake {
namespace setup_values_test {

using testing::HasSubstr;

Refusal refused(const RunOptions& options) {
  const Either<SetupValues> values = setup_values(options, false);
  const Refusal* refusal = std::get_if<Refusal>(&values);
  return refusal != nullptr ? *refusal : Refusal{Why::busy, "nothing was wrong"};
}

TEST(SetupValues, FilesThatAreNotThereAreNamed) {
  RunOptions options;
  options.customers_file = "/nonexistent/customers";
  EXPECT_EQ(refused(options).why, Why::no_input);
  EXPECT_THAT(refused(options).line(), HasSubstr("/nonexistent/customers: cannot be read"));
  options.client_groups_file = "/nonexistent/groups";
  EXPECT_EQ(refused(options).line(), "key file /nonexistent/groups: cannot be read");
  options.key_file = "/nonexistent/key";
  EXPECT_EQ(refused(options).why, Why::no_input);
  EXPECT_EQ(refused(options).line(), "key file /nonexistent/key: cannot be read");
  options.profile = "/nonexistent/profile";
  EXPECT_EQ(refused(options).why, Why::configuration);
  EXPECT_THAT(refused(options).line(),
              HasSubstr("profile /nonexistent/profile: neither a file nor one of: ncsc-nl-2"));
}

TEST(SetupValues, AnEmptyFileIsNoMissingOne) {
  RunOptions options;
  options.customers_file = options.key_file = "/dev/null";
  const Either<SetupValues> values = setup_values(options, false);
  ASSERT_TRUE(std::holds_alternative<SetupValues>(values));
  EXPECT_EQ(std::get<SetupValues>(values).key.text, "");
  EXPECT_EQ(std::get<SetupValues>(values).customers.text, "");
}

}  // namespace setup_values_test
}  // namespace uptake
