// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/glass_version.hh"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "search/glass_codec.hh"

namespace lorelei::search::glass {
namespace {

using namespace std::string_view_literals;

constexpr auto kMagic = "\x0f\rXapian Glass\x04\x6e"sv;
constexpr std::size_t kUuid = 16;
constexpr unsigned kLeavesInOrder = 2, kNoRootBlock = 1;
constexpr std::size_t kBlockUnit = 2048, kMaxBlock = 65536;
// What the library sets: tags of these sizes are worth compressing.
constexpr unsigned kNever = 0, kFrom = 18;

constexpr const char* kFile = "iamglass";
constexpr const char* kOpen = "open the index";

void append_root(std::string& out, const Root& root, unsigned compress_from) {
  append_number(out, root.block);
  append_number(out, root.level << 2 | kLeavesInOrder | (root.blocks == 0 ? kNoRootBlock : 0));
  append_number(out, root.entries);
  append_number(out, root.block_size / kBlockUnit);
  append_number(out, compress_from);
  std::string free_list;
  if (root.blocks > 0) {
    append_number(free_list, 1);
    append_number(free_list, root.blocks);
    free_list.append(4, '\0');
  }
  append_string(out, free_list);
}

bool take_root(Reader& in, Root& root) {
  root.block = static_cast<std::uint32_t>(in.number());
  const std::uint64_t level = in.number();
  root.level = static_cast<unsigned>(level >> 2);
  root.entries = static_cast<std::uint32_t>(in.number());
  const std::uint64_t units = in.number();
  root.block_size = static_cast<std::size_t>(units) * kBlockUnit;
  in.number();
  Reader free_list(in.string());
  free_list.number();
  root.blocks = (level & kNoRootBlock) != 0 ? 0 : static_cast<std::uint32_t>(free_list.number());
  const bool size_is_usual = units > 0 && units <= kMaxBlock / kBlockUnit && (units & (units - 1)) == 0;
  return !in.failed() && size_is_usual && (root.blocks == 0 || root.block < root.blocks);
}

bool take_statistics(Reader& in, Version& version) {
  version.documents = static_cast<std::uint32_t>(in.number());
  version.last_id = static_cast<std::uint32_t>(version.documents + in.number());
  version.shortest = static_cast<std::uint32_t>(in.number());
  version.max_wdf = static_cast<std::uint32_t>(in.number());
  version.longest = static_cast<std::uint32_t>(version.max_wdf + in.number());
  in.number();  // oldest change set
  version.total_length = in.number();
  in.number();  // frequency of a spelling
  return !in.failed() && in.rest().empty();
}

}  // namespace

Result<Version> read_version(const fs::path& directory) {
  constexpr std::uint64_t kMost = 4096;  // the library reads 256 bytes
  TRY(const std::string bytes, read_file(directory / kFile, kMost));
  if (!std::string_view(bytes).starts_with(kMagic)) {
    return err(Error::Kind::kRefused, kOpen, directory, "it is no glass database of Xapian 1.4");
  }
  Version version;
  Root spelling, synonyms;
  const auto corrupt = [&] { return err(Error::Kind::kCorrupt, kOpen, directory, "its version file is damaged"); };
  if (bytes.size() < kMagic.size() + kUuid) return corrupt();
  Reader in(std::string_view(bytes).substr(kMagic.size() + kUuid));
  in.number();  // revision
  for (Root* root : {&version.postlist, &version.docdata, &version.termlist, &version.position, &spelling, &synonyms}) {
    if (!take_root(in, *root)) return corrupt();
  }
  version.has_spelling_or_synonyms = spelling.entries + synonyms.entries > 0;
  if (in.rest().empty()) return version;  // nothing was ever written
  if (!take_statistics(in, version)) return corrupt();
  return version;
}

Result<void> write_version(const fs::path& directory, const Version& version, Sync sync) {
  std::string out(kMagic);
  std::array<char, kUuid> uuid{};
  if (getrandom(uuid.data(), uuid.size(), 0) != static_cast<ssize_t>(uuid.size())) {
    return err_errno(errno, "name the index", directory);
  }
  out.append(uuid.data(), uuid.size());
  append_number(out, 1);
  append_root(out, version.postlist, kNever);
  append_root(out, version.docdata, kFrom);
  append_root(out, version.termlist, kFrom);
  append_root(out, version.position, kNever);
  append_root(out, Root{}, kFrom);  // spelling
  append_root(out, Root{}, kFrom);  // synonyms
  append_number(out, version.documents);
  append_number(out, version.last_id - version.documents);
  append_number(out, version.shortest);
  append_number(out, version.max_wdf);
  append_number(out, version.longest - version.max_wdf);
  append_number(out, 0);
  append_number(out, version.total_length);
  append_number(out, 0);
  return create_file(directory / kFile, out, sync);
}

}  // namespace lorelei::search::glass
