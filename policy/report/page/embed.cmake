# Writes OUT, a C++ source with the texts of FILES: cmake -DOUT=... "-DFILES=page.css;en.toml" -P embed.cmake
set(rows "")
list(SORT FILES)
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  file(READ "${file}" text)
  string(APPEND rows "    {\"${name}\", R\"page(${text})page\"},\n")
endforeach()
file(WRITE "${OUT}" "#include \"policy/report/page/files.h\"

namespace uptake::page {
namespace {
constexpr File kFiles[] = {
${rows}};
}  // namespace

std::span<const File> files() noexcept { return kFiles; }

}  // namespace uptake::page
")
