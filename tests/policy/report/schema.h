#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace uptake {

/// Holds JSON against a schema of policy/report/ with Python's jsonschema; skips the test where that is not
/// installed.
inline void expect_valid(const std::string& text, const std::string& schema) {
  if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0) GTEST_SKIP() << "python3-jsonschema is absent";
  const std::filesystem::path root =
      std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path();
  const std::filesystem::path json =
      std::filesystem::temp_directory_path() / ("uptake_" + std::to_string(getpid()) + ".json");
  std::ofstream(json) << text;
  const std::string command =
      "python3 -c 'import json,sys,jsonschema; "
      "jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))' " +
      (root / "policy/report" / schema).string() + " " + json.string();
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::filesystem::remove(json);
}

}  // namespace uptake
