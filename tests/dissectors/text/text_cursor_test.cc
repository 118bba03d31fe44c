#include "dissectors/text_cursor.h"

#include <gtest/gtest.h>

#include <string>

namespace uptake {
namespace text_cursor_test {

Bytes bytes(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }
std::string text(Bytes octets) { return {octets.begin(), octets.end()}; }

TEST(TextCursor, GivesLinesWithoutTheirEnds) {
  const std::string octets = "one\r\ntwo\n\r\nrest";
  TextCursor cursor(bytes(octets));
  Bytes line;
  for (const char* const wanted : {"one", "two", ""}) {
    ASSERT_EQ(cursor.line(line), TextCursor::Status::line);
    EXPECT_EQ(text(line), wanted);
  }
  EXPECT_EQ(cursor.line(line), TextCursor::Status::incomplete);
  EXPECT_EQ(text(cursor.rest()), "rest");
  EXPECT_EQ(cursor.consumed(), octets.size() - 4);
  EXPECT_FALSE(cursor.skip_line());
  EXPECT_TRUE(cursor.empty());
}

TEST(TextCursor, WaitsForNoLineThatIsTooLong) {
  std::string longest(TextCursor::kMostLine - 1, 'a');
  std::string longer = longest + 'a';
  longest.append("\nb");
  longer.append("\nb");
  Bytes line;
  TextCursor first(bytes(longest));
  EXPECT_EQ(first.line(line), TextCursor::Status::line);
  TextCursor second(bytes(longer));
  EXPECT_EQ(second.line(line), TextCursor::Status::too_long);
  EXPECT_EQ(line.size(), TextCursor::kMostLine);
  EXPECT_TRUE(second.skip_line());
  EXPECT_EQ(text(second.rest()), "b");
  TextCursor shorter(bytes(longer).first(TextCursor::kMostLine - 1));
  EXPECT_EQ(shorter.line(line), TextCursor::Status::incomplete);
}

TEST(TextCursor, SkipsNoFurtherThanItsEnd) {
  const std::string octets = "abc";
  TextCursor cursor(bytes(octets));
  cursor.skip(1);
  EXPECT_EQ(text(cursor.rest()), "bc");
  cursor.skip(100);
  EXPECT_TRUE(cursor.empty());
}

TEST(Words, AreReadInAnyCase) {
  EXPECT_TRUE(begins_with(bytes("eHlO x"), "EHLO "));
  EXPECT_FALSE(begins_with(bytes("EHL"), "EHLO"));
  EXPECT_TRUE(is_word(bytes("8bitmime"), "8BITMIME"));
  EXPECT_FALSE(is_word(bytes("8bitmimes"), "8BITMIME"));
  EXPECT_TRUE(may_become(bytes("eh"), "EHLO"));
  EXPECT_FALSE(may_become(bytes("EHLO"), "EHLO"));
  const std::string words = " \tone  two";
  Bytes line = bytes(words);
  EXPECT_EQ(text(next_word(line)), "one");
  EXPECT_EQ(text(next_word(line)), "two");
  EXPECT_TRUE(next_word(line).empty());
}

}  // namespace text_cursor_test
}  // namespace uptake
