#include "policy/report/printable.h"

#include <gtest/gtest.h>

#include <string>

namespace uptake::report {
namespace printable_test {

TEST(Printable, TextStays) {
  for (const std::string text : {"", "day/01.pcap", "a name with spaces", "naïve", "日本", "😀", "it's \"so\"\\"})
    EXPECT_EQ(printable(text), text);
}

TEST(Printable, NothingMovesTheCursor) {
  EXPECT_EQ(printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(printable("line\nother\ttab\r"), "line\\x0aother\\x09tab\\x0d");
  EXPECT_EQ(printable(std::string_view("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m")
      << "CSI in one character";
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "pacp"),
            "\\xe2\\x80\\xaepacp")
      << "right to left";
}

TEST(Printable, OctetsThatAreNoUtf8) {
  EXPECT_EQ(printable("\x9b"
                      "31m"),
            "\\x9b31m");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(printable("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(printable("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80");
  EXPECT_EQ(printable("a\xe2\x82"), "a\\xe2\\x82") << "cut";
  EXPECT_EQ(printable("\xe2\x1b\x82"), "\\xe2\\x1b\\x82");
}

}  // namespace printable_test
}  // namespace uptake::report
