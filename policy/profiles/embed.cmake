# Writes OUT, a C++ source with the texts of FILES: cmake -DOUT=... "-DFILES=a.toml;b.toml" -P embed.cmake
set(rows "")
list(SORT FILES)
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME filename)
  string(REGEX REPLACE "\\.toml$" "" name "${filename}")
  file(READ "${file}" text)
  string(APPEND rows "    {\"${name}\", R\"profile(${text})profile\"},\n")
endforeach()
file(WRITE "${OUT}" "#include \"policy/profiles/profile.h\"

namespace uptake {
namespace {
constexpr EmbeddedProfile kProfiles[] = {
${rows}};
}  // namespace

std::span<const EmbeddedProfile> embedded_profiles() { return kProfiles; }

}  // namespace uptake
")
