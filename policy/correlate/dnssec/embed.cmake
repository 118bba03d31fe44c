# Writes OUT, a C++ source with the text of FILE: cmake -DOUT=... -DFILE=root-anchors.zone -P embed.cmake
file(READ "${FILE}" text)
file(WRITE "${OUT}" "#include \"policy/correlate/dnssec/anchors.h\"

namespace uptake::dnssec {

std::string_view root_anchors_text() noexcept { return R\"zone(${text})zone\"; }

}  // namespace uptake::dnssec
")
