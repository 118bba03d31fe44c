#include "tools/workload/templates.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

namespace uptake::workload {
namespace {

constexpr std::size_t kLargestStream = 0xffff;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "uptake_workload: %s\n", what.c_str());
  std::exit(66);
}

unsigned little16(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return static_cast<unsigned>(bytes[at] | bytes[at + 1] << 8);
}

Side side(unsigned number) { return number == 0 ? Side::client : Side::server; }

// The layout stands in conversation.py.
void parse(const std::vector<std::uint8_t>& file, const std::string& path, Template& out) {
  if (file.size() < 8 || std::memcmp(file.data(), "UTW1", 4) != 0) fail(path + ": not a template");
  const unsigned pieces = little16(file, 4), marks = little16(file, 6);
  std::size_t at = 8;
  if (file.size() < at + 4 * pieces + 6 * marks) fail(path + ": cut short");
  std::array<std::size_t, 2> lengths{};
  for (unsigned i = 0; i < pieces; ++i, at += 4) {
    const Side from = side(file[at]);
    std::size_t& length = lengths[static_cast<std::size_t>(from)];
    out.pieces.push_back({from, static_cast<std::uint32_t>(length), little16(file, at + 2)});
    length += little16(file, at + 2);
  }
  for (unsigned i = 0; i < marks; ++i, at += 6) {
    const Mark mark{side(file[at]), static_cast<Mark::What>(file[at + 1]),
                    static_cast<std::uint16_t>(little16(file, at + 2)),
                    static_cast<std::uint16_t>(little16(file, at + 4))};
    const std::size_t least = mark.what == Mark::What::name ? 8 : mark.what == Mark::What::id ? 2 : 0;
    if (mark.length < least ||
        mark.offset + std::size_t{mark.length} > lengths[static_cast<std::size_t>(mark.stream)])
      fail(path + ": a mark stands outside its stream");
    out.marks.push_back(mark);
  }
  if (file.size() != at + lengths[0] + lengths[1] || lengths[0] > kLargestStream || lengths[1] > kLargestStream)
    fail(path + ": streams of another length than its pieces");
  const std::uint8_t* bytes = file.data() + at;
  out.streams[0].assign(bytes, bytes + lengths[0]);
  out.streams[1].assign(bytes + lengths[0], bytes + lengths[0] + lengths[1]);
}

// Eight letters, one to one with the number, and unlike those of its neighbours.
void write_name(std::uint8_t* out, std::uint32_t name) noexcept {
  std::uint64_t look = mix(name);
  for (unsigned i = 0; i < 3; ++i, look /= 26) out[i] = static_cast<std::uint8_t>('a' + look % 26);
  for (unsigned i = 3; i < 8; ++i, name /= 26) out[i] = static_cast<std::uint8_t>('a' + name % 26);
}

}  // namespace

void fill_in(const Template& from, const Values& values, Random& random,
             std::array<std::vector<std::uint8_t>, 2>& streams) {
  streams = from.streams;
  for (const Mark& mark : from.marks) {
    std::uint8_t* at = streams[static_cast<std::size_t>(mark.stream)].data() + mark.offset;
    switch (mark.what) {
      case Mark::What::name:
        write_name(at, values.name);
        break;
      case Mark::What::random:
        random.fill(at, mark.length);
        break;
      case Mark::What::id:
        put16(at, values.id);
        break;
    }
  }
}

TemplateSet::TemplateSet(const std::string& folder, const std::string& kind) {
  std::ifstream index(folder + "/INDEX.tsv");
  if (!index) fail(folder + "/INDEX.tsv: cannot be read; tools/workload/record makes it");
  for (std::string line; std::getline(index, line);) {
    std::istringstream row(line);
    Template one;
    row >> one.name >> one.weight;
    if (one.name.substr(0, one.name.find('-')).compare(0, kind.size(), kind) != 0) continue;
    for (std::string fact; row >> fact;) {
      const std::size_t equals = fact.find('=');
      if (equals != std::string::npos) one.facts[fact.substr(0, equals)] = fact.substr(equals + 1);
    }
    const std::string path = folder + "/" + one.name + ".utw";
    std::ifstream stream(path, std::ios::binary);
    const std::vector<std::uint8_t> file{std::istreambuf_iterator<char>(stream), {}};
    parse(file, path, one);
    weight_ += one.weight;
    templates_.push_back(std::move(one));
  }
  if (weight_ == 0) fail(folder + ": no template of the kind " + kind);
}

const Template& TemplateSet::draw(Random& random) const noexcept {
  std::uint32_t at = random.below(weight_);
  for (const Template& one : templates_) {
    if (at < one.weight) return one;
    at -= one.weight;
  }
  return templates_.back();
}

}  // namespace uptake::workload
