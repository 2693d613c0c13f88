// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/dkim_alignment.hh"

#include <libpsl.h>

#include <string>

#include "base/library.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

#define LORELEI_PSL_FUNCTIONS(F) F(psl_latest) F(psl_registrable_domain)
struct Psl {
  LORELEI_LIBRARY_TABLE(Psl, LORELEI_PSL_FUNCTIONS)
};

struct SuffixList {
  Psl library;
  const psl_ctx_t* list = nullptr;  // kept as long as the process
};

Result<SuffixList> open_list() {
  TRY(const Psl library, Psl::open(LORELEI_LIBPSL, "libpsl5"));
  return SuffixList{library, library.psl_latest(nullptr)};
}

std::string organisation(const std::string& domain) {
  static const Result<SuffixList> opened = open_list();
  if (!opened || !opened->list) return "";
  const char* name = opened->library.psl_registrable_domain(opened->list, domain.c_str());
  return name ? name : "";
}

}  // namespace

Alignment alignment(std::string_view signing_domain, std::string_view author_domain) {
  const auto signer = to_lower(signing_domain), author = to_lower(author_domain);
  if (signer.empty() || author.empty()) return Alignment::kNone;
  if (signer == author) return Alignment::kExact;
  const auto common = organisation(signer);
  return !common.empty() && common == organisation(author) ? Alignment::kOrganisational : Alignment::kNone;
}

}  // namespace lorelei::attest
