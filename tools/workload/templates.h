#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tools/workload/frames.h"
#include "tools/workload/random.h"

namespace uptake::workload {

/// Mark: a place in a stream that gets a fresh value in every conversation.
struct Mark {
  enum class What : std::uint8_t { name = 1, random = 2, id = 3 };
  Side stream;
  What what;
  std::uint16_t offset, length;
};

/// Piece: what was sent at once: a segment's payload or a datagram.
struct Piece {
  Side from;
  std::uint32_t offset, length;
};

/// Template: a recorded conversation (see conversation.py) and what is known of it (INDEX.tsv).
struct Template {
  std::string name;
  std::uint32_t weight = 0;
  std::map<std::string, std::string> facts;
  std::array<std::vector<std::uint8_t>, 2> streams;  ///< by Side
  std::vector<Piece> pieces;
  std::vector<Mark> marks;

  [[nodiscard]] bool is(const char* fact) const {
    const auto found = facts.find(fact);
    return found != facts.end() && found->second == "1";
  }
};

/// Values: what the marks of one conversation become.
struct Values {
  std::uint32_t name = 0;  ///< below 26^5: the eight letters that stand for it are its own
  std::uint16_t id = 0;
};

/// A copy of the streams with the marks filled in.
void fill_in(const Template& from, const Values& values, Random& random,
             std::array<std::vector<std::uint8_t>, 2>& streams);

/// TemplateSet: the templates of one kind (the word before the first hyphen of their names), drawn by weight.
class TemplateSet {
 public:
  /// Ends the program with the reason when the folder holds none, or a broken one.
  TemplateSet(const std::string& folder, const std::string& kind);
  [[nodiscard]] const Template& draw(Random& random) const noexcept;

 private:
  std::vector<Template> templates_;
  std::uint32_t weight_ = 0;
};

}  // namespace uptake::workload
