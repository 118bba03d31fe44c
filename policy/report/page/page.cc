#include "policy/report/page/page.h"

#include <sodium.h>

#include <array>

#include "policy/embedded.h"
#include "policy/report/page/contents.h"
#include "policy/report/page/graphics.h"
#include "policy/report/page/html.h"
#include "policy/report/page/parts.h"

namespace uptake {
namespace {

using page::element;
using page::Html;
using page::leaf;
using page::text;

/// The page loads nothing and runs nothing; its one style is named by its hash (CSP level 2).
std::string content_policy(std::string_view css) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(css.data()), css.size());
  std::array<char, sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)> base64{};
  sodium_bin2base64(base64.data(), base64.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
  return std::string("default-src 'none'; style-src 'sha256-") + base64.data() +
         "'; base-uri 'none'; form-action 'none'";
}

Html head(const page::Strings& strings) {
  const std::string_view css = embedded_styles()[0].text;
  return element("head",
                 leaf("meta", {{"charset", "utf-8"}}) +
                     leaf("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", content_policy(css)}}) +
                     leaf("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) +
                     leaf("meta", {{"name", "color-scheme"}, {"content", "light dark"}}) +
                     leaf("meta", {{"name", "referrer"}, {"content", "no-referrer"}}) +
                     element("title", text(strings["page.title"])) + page::style_sheet(css));
}

}  // namespace

std::string render_page(const PageSource& source, const Catalogue& catalogue, const page::Strings& strings,
                        const PageBeside& beside) {
  const page::Contents contents(source, catalogue, strings, beside.policy);
  const Html skip = element("a", {{"class", "skip"}, {"href", "#table"}}, text(strings["page.skip"]));
  const Html main = page::title(contents) + page::coverage(contents) +
                    element("div", {{"id", "table"}, {"tabindex", "-1"}}, page::standards_table(contents)) +
                    page::reading(contents) + page::theme_sections(contents) +
                    page::offered_beside_used(contents, beside.offered) + page::comply_or_explain(contents) +
                    page::all_measures(contents) + page::glossary(contents) +
                    page::making(contents, !beside.offered.empty());
  const Html body = element("body", skip + page::definitions() + element("main", main));
  return "<!DOCTYPE html>\n" + element("html", {{"lang", strings.language()}}, head(strings) + body).source() + "\n";
}

}  // namespace uptake
