// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/repository.hh"

#include <set>

#include "base/files.hh"
#include "git/alternates.hh"
#include "git/libgit2.hh"
#include "git/loose_writer.hh"
#include "git/objects.hh"

namespace lorelei::git {

namespace {

using Kind = Error::Kind;

// One commit of a chain, 56 bytes.
struct Link {
  ObjectId commit, tree;
  std::int64_t author_time = 0, committer_time = 0;
};

// Commits that are kept at a time when a history is turned round: 1 MiB.
constexpr std::size_t kTurnedAtOnce = 16384;

Result<CommitFields> read_commit(const Objects& objects, const ObjectId& id) {
  TRY(const Object object, objects.read(id, ObjectType::kCommit));
  auto fields = scan_commit(object.bytes());
  if (!fields) return err(Kind::kCorrupt, "read the commit", id.hex(), "its header makes no sense");
  return *std::move(fields);
}

Result<MailTree> read_mail_tree(const Objects& objects, const ObjectId& id) {
  TRY(const Object object, objects.read(id, ObjectType::kTree));
  const auto tree = scan_mail_tree(object.bytes());
  if (!tree) return err(Kind::kCorrupt, "read the tree", id.hex(), "its entries make no sense");
  return *tree;
}

// First parents from a tip down.
class Chain {
 public:
  Chain(const Objects& objects, const ObjectId& tip) : objects_(&objects), next_(tip) {}

  // Nothing behind the root or before `end`.
  Result<std::optional<Link>> next(const std::optional<ObjectId>& end = std::nullopt) {
    if (!next_) return std::nullopt;
    if (end && *next_ == *end) {
      met_end_ = true;
      return std::nullopt;
    }
    TRY(const CommitFields fields, read_commit(*objects_, *next_));
    const Link link{*next_, fields.tree, fields.author_time, fields.committer_time};
    if (fields.parents > 1) met_merge_ = true;
    next_ = fields.first_parent;
    return link;
  }
  bool met_end() const { return met_end_; }
  bool met_merge() const { return met_merge_; }

 private:
  const Objects* objects_;
  std::optional<ObjectId> next_;
  bool met_end_ = false, met_merge_ = false;
};

struct ChainLength {
  std::size_t commits = 0;
  bool met_merge = false;
};

Result<ChainLength> chain_length(const Objects& objects, const ObjectId& tip) {
  Chain chain(objects, tip);
  ChainLength length;
  while (true) {
    TRY(const auto link, chain.next());
    if (!link) break;
    ++length.commits;
  }
  length.met_merge = chain.met_merge();
  return length;
}

// Calls visit for what `now` has and `before` has not.
Result<void> visit_changes(const Link& link, const MailTree& before, const MailTree& now,
                           const std::function<Result<void>(const Change&)>& visit) {
  Change change;
  change.commit = link.commit;
  change.author_time = link.author_time;
  change.committer_time = link.committer_time;
  if (now.deleted && now.deleted != before.deleted) {
    change.kind = Change::Kind::kDelete;
    change.blob = *now.deleted;
    TRY_VOID(visit(change));
  }
  if (now.added && now.added != before.added) {
    change.kind = Change::Kind::kAdd;
    change.blob = *now.added;
    TRY_VOID(visit(change));
  }
  return {};
}

// Shallow and partial clones lack objects that their commits name.
Result<void> refuse_incomplete_clone(const std::string& path, const fs::path& common) {
  std::error_code ignored;
  if (fs::exists(common / "shallow", ignored))
    return err(Kind::kRefused, "open the repository", path, "it is a shallow clone: the older history is missing",
               "git -C " + path + " fetch --unshallow");
  for (fs::directory_iterator at(common / "objects" / "pack", ignored), end; !ignored && at != end;
       at.increment(ignored))
    if (at->path().extension() == ".promisor")
      return err(Kind::kRefused, "open the repository", path, "it is a partial clone: objects are missing on purpose",
                 "clone it anew without --filter");
  return {};
}

}  // namespace

// libgit2 opens it when more is asked than where HEAD is and what lies by itself, if it is a bare repository of the
// usual kind.
struct Repository::Impl {
  std::string path;
  Objects objects;
  std::optional<RepositoryHandle> handle = {};

  Result<::git_repository*> repository();
  Result<std::optional<ObjectId>> start_of(const std::optional<ObjectId>& base, const ObjectId& tip,
                                           const Repository& self) const;
};

namespace {

Result<RepositoryHandle> open_by_libgit2(const std::string& path) {
  TRY(const Libgit2* git, libgit2());
  ::git_repository* raw = nullptr;
  if (const int code = git->git_repository_open_ext(&raw, path.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
      code < 0)
    return tl::unexpected(open_error(*git, code, path));
  return RepositoryHandle(raw, {git});
}

bool is_usual(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path / "HEAD", error) && fs::is_directory(path / "objects", error) &&
         fs::is_directory(path / "refs", error) && !fs::exists(path / "commondir", error) && is_plain_repository(path);
}

// Nothing: it is not where loose refs are, or not as simple as that.
std::optional<ObjectId> plain_head(const fs::path& path) {
  constexpr std::string_view kRef = "ref: refs/heads/";
  const auto head = read_file(path / "HEAD");
  if (!head || !head->starts_with(kRef)) return std::nullopt;
  const auto branch = trim(std::string_view(*head).substr(5));
  if (branch.find("..") != std::string_view::npos) return std::nullopt;
  const auto ref = read_file(path / branch);
  return ref ? ObjectId::parse(trim(*ref)) : std::nullopt;
}

}  // namespace

Result<::git_repository*> Repository::Impl::repository() {
  if (!handle) {
    TRY(auto opened, open_by_libgit2(path));
    TRY(auto* const odb, objects.odb());
    TRY(const Libgit2* git, libgit2());
    git->git_repository_set_odb(opened.get(), odb);
    handle.emplace(std::move(opened));
  }
  return handle->get();
}

Result<Repository> Repository::open(const std::string& path) {
  fs::path common = path;
  std::optional<RepositoryHandle> handle;
  if (!is_usual(path)) {
    TRY(handle, open_by_libgit2(path));
    TRY(const Libgit2* git, libgit2());
    common = git->git_repository_commondir(handle->get());
  }
  TRY_VOID(refuse_incomplete_clone(path, common));
  TRY(auto directories, expand_alternates(common / "objects"));
  TRY(auto objects, Objects::open(std::move(directories)));
  if (handle) {
    TRY(auto* const odb, objects.odb());
    TRY(const Libgit2* git, libgit2());
    git->git_repository_set_odb(handle->get(), odb);
  }
  Repository result;
  result.impl_ = std::make_shared<Impl>(Impl{path, std::move(objects), std::move(handle)});
  return result;
}

const std::string& Repository::path() const { return impl_->path; }

Result<std::optional<ObjectId>> Repository::resolve(const std::string& revision) const {
  if (revision == "HEAD" && !impl_->handle)
    if (const auto head = plain_head(impl_->path)) return head;
  TRY(auto* const repository, impl_->repository());
  TRY(const Libgit2* library, libgit2());
  const Libgit2& git = *library;
  const std::string subject = revision + " of " + impl_->path;
  git_oid oid;
  // HEAD is what HEAD says even if the commit is lost: its reader then names the missing object.
  if (revision == "HEAD") {
    const int code = git.git_reference_name_to_id(&oid, repository, "HEAD");
    if (code == GIT_ENOTFOUND) return std::nullopt;
    if (code < 0) return tl::unexpected(git_error(git, code, "read the ref", subject));
    return from_oid(oid);
  }
  ::git_object* raw = nullptr;
  int code = git.git_revparse_single(&raw, repository, revision.c_str());
  if (code == GIT_ENOTFOUND) return std::nullopt;
  if (code < 0) return tl::unexpected(git_error(git, code, "read the revision", subject));
  const ObjectHandle object(raw, {&git});
  code = git.git_object_peel(&raw, object.get(), GIT_OBJECT_COMMIT);
  if (code < 0) return tl::unexpected(git_error(git, code, "find the commit of", subject));
  const ObjectHandle commit(raw, {&git});
  return from_oid(*git.git_object_id(commit.get()));
}

Result<bool> Repository::is_ancestor(const ObjectId& ancestor, const ObjectId& descendant) const {
  if (!has_object(ancestor)) return false;
  Chain chain(impl_->objects, descendant);
  while (true) {
    TRY(const auto link, chain.next(ancestor));
    if (!link) break;
  }
  if (chain.met_end() || !chain.met_merge()) return chain.met_end();
  const git_oid above = to_oid(descendant), below = to_oid(ancestor);
  TRY(auto* const repository, impl_->repository());
  TRY(const Libgit2* git, libgit2());
  const int code = git->git_graph_descendant_of(repository, &above, &below);
  if (code < 0) return tl::unexpected(git_error(*git, code, "compare the histories of", impl_->path));
  return code == 1;
}

Result<std::optional<ObjectId>> Repository::merge_base(const ObjectId& a, const ObjectId& b) const {
  if (!has_object(a) || !has_object(b)) return std::nullopt;
  TRY(const ChainLength length_a, chain_length(impl_->objects, a));
  TRY(const ChainLength length_b, chain_length(impl_->objects, b));
  if (length_a.met_merge || length_b.met_merge) {
    const git_oid one = to_oid(a), two = to_oid(b);
    git_oid found;
    TRY(auto* const repository, impl_->repository());
    TRY(const Libgit2* git, libgit2());
    const int code = git->git_merge_base(&found, repository, &one, &two);
    if (code == GIT_ENOTFOUND) return std::nullopt;
    if (code < 0) return tl::unexpected(git_error(*git, code, "compare the histories of", impl_->path));
    return from_oid(found);
  }
  // Chains that meet have the same length below their meeting point.
  Chain longer(impl_->objects, length_a.commits > length_b.commits ? a : b);
  Chain shorter(impl_->objects, length_a.commits > length_b.commits ? b : a);
  std::size_t ahead = std::max(length_a.commits, length_b.commits) - std::min(length_a.commits, length_b.commits);
  while (true) {
    TRY(const auto link, longer.next());
    if (!link) return std::nullopt;
    if (ahead > 0) {
      --ahead;
      continue;
    }
    TRY(const auto other, shorter.next());
    if (!other) return std::nullopt;
    if (link->commit == other->commit) return link->commit;
  }
}

bool Repository::has_object(const ObjectId& id) const { return impl_->objects.has(id); }

Result<MailTree> Repository::mail_tree(const ObjectId& commit) const {
  TRY(const CommitFields fields, read_commit(impl_->objects, commit));
  return read_mail_tree(impl_->objects, fields.tree);
}

Result<std::vector<Change>> Repository::changes_of(const ObjectId& commit) const {
  TRY(const CommitFields fields, read_commit(impl_->objects, commit));
  TRY(const MailTree now, read_mail_tree(impl_->objects, fields.tree));
  MailTree before;
  if (fields.first_parent) {
    TRY(before, mail_tree(*fields.first_parent));
  }
  std::vector<Change> changes;
  const Link link{commit, fields.tree, fields.author_time, fields.committer_time};
  TRY_VOID(visit_changes(link, before, now, [&](const Change& change) -> Result<void> {
    changes.push_back(change);
    return {};
  }));
  return changes;
}

// Where a walk from tip stops: base, or what the two have in common if base is not below tip.
Result<std::optional<ObjectId>> Repository::Impl::start_of(const std::optional<ObjectId>& base, const ObjectId& tip,
                                                           const Repository& self) const {
  if (!base) return std::nullopt;
  TRY(const bool contiguous, self.is_ancestor(*base, tip));
  if (contiguous) return base;
  return self.merge_base(*base, tip);
}

// A chain is linked from the newest commit down, its mail is wanted from the oldest up, and all of it does not fit in
// memory. So the first walk keeps only the last kTurnedAtOnce links that it saw (the oldest ones: they are visited
// first) and the id of every kTurnedAtOnce-th commit, from which the younger pieces are walked again one by one.
Result<void> Repository::history(const std::optional<ObjectId>& base, const ObjectId& tip,
                                 const std::function<Result<void>(const Change&)>& visit) const {
  const Objects& objects = impl_->objects;
  TRY(const auto end, impl_->start_of(base, tip, *this));
  std::vector<Link> piece;
  const auto collect = [&](Chain& chain) -> Result<void> {
    piece.clear();
    while (piece.size() < kTurnedAtOnce) {
      TRY(const auto link, chain.next(end));
      if (!link) break;
      piece.push_back(*link);
    }
    return {};
  };

  std::vector<ObjectId> starts;  // newest commit of each piece, newest piece first
  Chain whole(objects, tip);
  std::vector<Link> oldest;
  while (true) {
    TRY_VOID(collect(whole));
    if (piece.empty()) break;
    starts.push_back(piece.front().commit);
    std::swap(oldest, piece);
  }

  MailTree before;
  ObjectId before_id;
  if (end) {
    TRY(const CommitFields fields, read_commit(objects, *end));
    TRY(before, read_mail_tree(objects, fields.tree));
    before_id = fields.tree;
  }
  std::swap(oldest, piece);
  for (auto start = starts.rbegin(); start != starts.rend(); ++start) {
    if (start != starts.rbegin()) {
      Chain again(objects, *start);
      TRY_VOID(collect(again));
    }
    for (auto link = piece.rbegin(); link != piece.rend(); ++link) {
      if (link->tree == before_id) continue;
      TRY(const MailTree now, read_mail_tree(objects, link->tree));
      TRY_VOID(visit_changes(*link, before, now, visit));
      before = now;
      before_id = link->tree;
    }
  }
  return {};
}

struct BlobReader::Impl {
  Objects objects;
};

Result<BlobReader> BlobReader::open(const std::vector<std::string>& object_directories) {
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const auto& directory : object_directories) {
    TRY(auto expanded, expand_alternates(directory));
    for (auto& one : expanded)
      if (seen.insert(one).second) all.push_back(std::move(one));
  }
  TRY(auto objects, Objects::open(std::move(all)));
  BlobReader result;
  result.impl_ = std::make_shared<Impl>(Impl{std::move(objects)});
  return result;
}

Result<std::string> BlobReader::read(const ObjectId& id, std::uint64_t limit_bytes) {
  if (limit_bytes != UINT64_MAX) {
    TRY(const std::uint64_t bytes, size(id));
    if (bytes > limit_bytes)
      return err(Kind::kTooLarge, "read the object", id.hex(),
                 std::to_string(bytes) + " bytes, the limit is " + std::to_string(limit_bytes));
  }
  TRY(const Object object, impl_->objects.read(id, ObjectType::kBlob));
  return std::string(object.bytes());
}

Result<std::uint64_t> BlobReader::size(const ObjectId& id) {
  TRY(const ObjectHeader header, impl_->objects.header(id));
  if (header.type != ObjectType::kBlob)
    return err(Kind::kCorrupt, "read the object", id.hex(),
               std::string("it is a ") + to_text(header.type) + ", not a blob");
  return header.size_bytes;
}

}  // namespace lorelei::git
