// SPDX-License-Identifier: GPL-3.0-or-later
// scan_text on any bytes: no crash, every quote and every pair of runs accounted for, nothing told twice as long as the
// text (a diff line is told once, a file name at most once more).
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "patch/diff_terms.hh"

namespace {

class Weigher : public lorelei::patch::TextSink {
 public:
  void prose(std::string_view text) override { bytes += text.size(); }
  void quoted(std::string_view text) override {
    if (!text.starts_with('>') || !text.ends_with('\n')) std::abort();
    bytes += text.size();
  }
  void file_name(std::string_view text) override { names += text.size(); }
  void removed(std::string_view text) override { bytes += text.size(); }
  void added(std::string_view text) override { bytes += text.size(); }
  void context(std::string_view text) override { bytes += text.size(); }
  void hunk_header(std::string_view text) override { bytes += text.size(); }
  void pre_blob(std::string_view hex) override { blob(hex); }
  void post_blob(std::string_view hex) override { blob(hex); }

  std::size_t bytes = 0, names = 0;

 private:
  void blob(std::string_view hex) {
    if (hex.empty() || hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) std::abort();
    bytes += hex.size();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Weigher weigher;
  lorelei::patch::scan_text(text, weigher);
  if (weigher.bytes > size + 1 || weigher.names > size) std::abort();
  return 0;
}
