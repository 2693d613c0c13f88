// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/layout.hh"

#include <algorithm>
#include <array>

#include "base/is_there.hh"

namespace lorelei::archive {

namespace {

struct Shape {
  std::array<const char*, 3> marks;  // one of them tells
  const char *index, *msgmap, *objects;
};

// By Layout::Kind.
constexpr Shape kShapes[] = {
    {{"ssoma.lock", "public-inbox/msgmap.sqlite3", "public-inbox/xapian15"},
     "public-inbox/xapian15",
     "public-inbox/msgmap.sqlite3",
     "objects"},
    {{"inbox.lock", "xap15", "xap15"}, "xap15", "msgmap.sqlite3", "all.git/objects"},
    {{"ei.lock", "ei15", "ALL.git"}, "ei15", "", "ALL.git/objects"},
};

const Shape& shape_of(Layout::Kind kind) { return kShapes[static_cast<std::size_t>(kind)]; }

}  // namespace

fs::path Layout::index() const { return dir / shape_of(kind).index; }
fs::path Layout::msgmap() const { return dir / shape_of(kind).msgmap; }
fs::path Layout::objects() const { return dir / shape_of(kind).objects; }

Error only_searched(const Layout& layout, const char* doing) {
  const auto dir = layout.dir.string();
  return {Error::Kind::kRefused,
          doing,
          dir,
          "it is an archive of public-inbox version 1, which is searched here but not written",
          "public-inbox-index " + dir + " indexes it; public-inbox-convert " + dir +
              " NEWDIR makes a version 2 archive of it",
          ""};
}

std::string indexing_command(const Layout& layout, const std::string& name) {
  if (layout.kind == Layout::Kind::kVersion1) return "public-inbox-index " + layout.dir.string();
  return (layout.kind == Layout::Kind::kAggregate ? "lorelei archive aggregate " : "lorelei archive index ") + name;
}

std::optional<Layout> find_layout(const fs::path& dir) {
  for (const auto kind : {Layout::Kind::kAggregate, Layout::Kind::kVersion2, Layout::Kind::kVersion1}) {
    const auto& marks = shape_of(kind).marks;
    if (std::any_of(marks.begin(), marks.end(), [&](const char* mark) { return is_there(dir / mark); }))
      return Layout{kind, dir};
  }
  return std::nullopt;
}

}  // namespace lorelei::archive
