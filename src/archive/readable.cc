// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/readable.hh"

#include "archive/inbox.hh"
#include "base/is_there.hh"
#include "base/text.hh"

namespace lorelei::archive {

std::string MailRepository::marker() const { return epoch ? "last_xap15-" + std::to_string(*epoch) : "last_commit"; }

Result<Readable> Readable::open(const fs::path& dir) {
  std::error_code why;
  auto absolute = fs::absolute(dir, why).lexically_normal();
  if (why) return err_errno(why.value(), "open the archive", dir.string());
  if (!absolute.has_filename()) absolute = absolute.parent_path();  // "dir/"
  const auto layout = find_layout(absolute);
  if (layout && layout->kind == Layout::Kind::kVersion1) return Readable{*layout, {{absolute.string(), std::nullopt}}};
  TRY(const auto inbox, Inbox::open(absolute));
  Readable readable{{Layout::Kind::kVersion2, inbox.dir()}, {}};
  for (const auto& epoch : inbox.epochs()) readable.repositories.push_back({epoch.path, epoch.number});
  return readable;
}

std::vector<std::string> Readable::object_directories() const {
  std::vector<std::string> directories;
  for (auto repository = repositories.rbegin(); repository != repositories.rend(); ++repository)
    if (is_there(fs::path(repository->path) / "objects")) directories.push_back(repository->path + "/objects");
  return directories;
}

std::string Readable::description() const {
  const auto text = read_file(layout.dir / "description");
  return text ? std::string(trim(std::string_view(*text).substr(0, text->find('\n')))) : "";
}

}  // namespace lorelei::archive
