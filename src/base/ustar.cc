// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ustar.hh"

#include <fmt/core.h>

#include <algorithm>

namespace lorelei {

namespace {

constexpr std::size_t kBlock = 512, kMaxName = 100, kMaxPrefix = 155;
constexpr std::uint64_t kMaxSize = (1ULL << 33) - 1;  // eleven octal digits

struct Field {
  std::size_t start, size;
};
constexpr Field kName{0, kMaxName}, kMode{100, 8}, kUser{108, 8}, kGroup{116, 8}, kSize{124, 12}, kTime{136, 12},
    kSum{148, 8}, kType{156, 1}, kMagic{257, 8}, kPrefix{345, kMaxPrefix};

void put(std::string& header, Field field, std::string_view text) {
  std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(field.start));
}

// The sum of all bytes, those of the sum itself counted as blanks.
unsigned sum_of(std::string_view header) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < header.size(); ++i)
    sum += i >= kSum.start && i < kSum.start + kSum.size ? ' ' : static_cast<unsigned char>(header[i]);
  return sum;
}

std::string_view text_in(std::string_view header, Field field) {
  const auto text = header.substr(field.start, field.size);
  return text.substr(0, std::min(text.find('\0'), text.size()));
}

// Octal digits between blanks; nothing for any other text.
std::optional<std::uint64_t> number_in(std::string_view header, Field field) {
  auto text = text_in(header, field);
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    number = number * 8 + static_cast<unsigned>(c - '0');
  }
  return number;
}

// Where the name is cut in two; npos: it has no room.
std::size_t cut_of(const std::string& name) {
  if (name.size() <= kMaxName) return 0;
  const auto slash = name.find('/', name.size() - kMaxName - 1);
  return slash == std::string::npos || slash == 0 || slash > kMaxPrefix ? std::string::npos : slash;
}

}  // namespace

Result<std::string> ustar_of(const std::vector<TarFile>& files) {
  std::string archive;
  for (const auto& file : files) {
    const auto cut = cut_of(file.name);
    if (cut == std::string::npos || file.name.empty() || file.bytes.size() > kMaxSize)
      return err(Error::Kind::kTooLarge, "write into an archive", file.name, "a tar archive has no room for it");
    std::string header(kBlock, '\0');
    put(header, kName, std::string_view(file.name).substr(cut ? cut + 1 : 0));
    put(header, kPrefix, std::string_view(file.name).substr(0, cut));
    put(header, kMode, "0000644");
    put(header, kUser, "0000000");
    put(header, kGroup, "0000000");
    put(header, kSize, fmt::format("{:011o}", file.bytes.size()));
    put(header, kTime, fmt::format("{:011o}", std::clamp<std::int64_t>(file.modified, 0, kMaxSize)));
    put(header, kType, "0");
    put(header, kMagic,
        std::string_view("ustar\0"
                         "00",
                         8));
    put(header, kSum, fmt::format("{:06o}", sum_of(header)));
    header[kSum.start + 7] = ' ';
    archive += header + file.bytes;
    archive.resize((archive.size() + kBlock - 1) / kBlock * kBlock, '\0');
  }
  archive.append(2 * kBlock, '\0');
  return archive;
}

std::optional<std::vector<TarFile>> read_ustar(std::string_view archive) {
  std::vector<TarFile> files;
  for (;;) {
    if (archive.size() < kBlock) return std::nullopt;
    const auto header = archive.substr(0, kBlock);
    archive.remove_prefix(kBlock);
    if (header.find_first_not_of('\0') == header.npos) return files;
    const auto size = number_in(header, kSize), sum = number_in(header, kSum);
    if (!size || !sum || *sum != sum_of(header) || *size > archive.size()) return std::nullopt;
    const bool has_prefix = header.substr(kMagic.start, 5) == "ustar" && !text_in(header, kPrefix).empty();
    auto name = has_prefix ? std::string(text_in(header, kPrefix)) + "/" : std::string();
    name += text_in(header, kName);
    const char type = header[kType.start];
    if (type == '0' || type == '\0')
      files.push_back({std::move(name), std::string(archive.substr(0, *size)),
                       static_cast<std::int64_t>(number_in(header, kTime).value_or(0))});
    archive.remove_prefix(std::min<std::size_t>(archive.size(), (*size + kBlock - 1) / kBlock * kBlock));
  }
}

}  // namespace lorelei
