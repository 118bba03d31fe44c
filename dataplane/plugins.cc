#include "dataplane/plugins.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <memory>
#include <stdexcept>

#include "dissectors/registry.h"
#include "policy/catalogue/catalogue.h"

namespace uptake {
namespace {

/// What the dynamic linker says went wrong, without the path that it begins with.
std::string linker_words(const std::string& path) {
  const char* const error = dlerror();
  std::string words = error != nullptr ? error : "cannot be loaded";
  if (words.starts_with(path + ": ")) words.erase(0, path.size() + 2);
  return words;
}

/// What the linker would look for elsewhere is a file here.
std::string as_file(const std::string& path) { return path.find('/') == std::string::npos ? "./" + path : path; }

}  // namespace

std::vector<Row> dissectors_with(std::span<const Row> plugins) {
  std::vector<Row> rows = dissectors();
  rows.insert(rows.begin() + 1, plugins.begin(), plugins.end());
  return rows;
}

Either<Plugins> Plugins::load(std::span<const std::string> paths) {
  Plugins plugins;
  for (const std::string& path : paths) {
    const std::string why = plugins.add(path);
    if (!why.empty()) return Refusal{Why::configuration, why, "plugin " + path};
  }
  return plugins;
}

/// Adds the plugin at `path`; why that is not possible, or nothing.
std::string Plugins::add(const std::string& path) {
  const std::string file = as_file(path);
  const auto close = [](void* object) { dlclose(object); };
  std::unique_ptr<void, decltype(close)> object(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL), close);
  if (!object) return linker_words(file);
  using Entry = const Plugin* (*)() noexcept;
  const auto entry = reinterpret_cast<Entry>(dlsym(object.get(), kPluginSymbol));
  if (entry == nullptr) return fmt::format("it exports no {}(): it is no plugin of uptake", kPluginSymbol);
  const Plugin* const plugin = entry();
  if (plugin == nullptr) return "it offers nothing";
  if (plugin->abi != kPluginAbi)
    return fmt::format("it was built for another version of uptake ({:x}, this one is {:x}); build it again",
                       plugin->abi, kPluginAbi);
  dissectors_.insert(dissectors_.end(), plugin->dissectors.begin(), plugin->dissectors.end());
  areas_.insert(areas_.end(), plugin->areas.begin(), plugin->areas.end());
  try {
    (void)standard_catalogue(Registry(dissectors_with(dissectors_)), default_profile(), areas_);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  (void)object.release();
  return {};
}

}  // namespace uptake
