# Writes OUT, a C++ source with the function NAME of policy/embedded.h, which gives the texts of FILES:
# cmake -DOUT=... -DNAME=embedded_profiles "-DFILES=a.toml;b.toml" -P embed.cmake
set(rows "")
list(SORT FILES)
foreach(file IN LISTS FILES)
  cmake_path(GET file STEM LAST_ONLY name)
  file(READ "${file}" text)
  string(APPEND rows "    {\"${name}\", R\"embedded(${text})embedded\"},\n")
endforeach()
file(WRITE "${OUT}" "#include \"policy/embedded.h\"

namespace uptake {
namespace {
constexpr EmbeddedText kTexts[] = {
${rows}};
}  // namespace

std::span<const EmbeddedText> ${NAME}() noexcept { return kTexts; }

}  // namespace uptake
")
