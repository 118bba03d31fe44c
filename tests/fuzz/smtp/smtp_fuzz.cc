// SMTP up to STARTTLS, as tests/fuzz/text_flow.h plays it.

#include "dissectors/smtp/smtp.h"
#include "tests/fuzz/text_flow.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace uptake;
  if (size == 0) return 0;
  fuzz::check<smtp::Dissector>(data, size, smtp::kSession, {25, 587, 9999, 465});
  return 0;
}
