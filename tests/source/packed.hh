// SPDX-License-Identifier: GPL-3.0-or-later
// Mailboxes as servers send them.
#pragma once
#include <libdeflate.h>

#include <string>
#include <vector>

namespace lorelei {

inline std::string sample_mbox(const std::vector<std::string>& subjects) {
  std::string out;
  for (const auto& subject : subjects)
    out += "From mboxrd@z Thu Jan  1 00:00:00 1970\nSubject: " + subject + "\nMessage-ID: <" + subject +
           "@example.org>\n\nhello\n>From here\n\n";
  return out;
}

inline std::string packed(const std::string& bytes) {
  auto* compressor = libdeflate_alloc_compressor(6);
  std::string out(libdeflate_gzip_compress_bound(compressor, bytes.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor, bytes.data(), bytes.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

}  // namespace lorelei
