// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_stale.hh"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/text.hh"
#include "tla/module_parser.hh"

namespace lorelei::tla::pluscal {
namespace {

// Lists are sorted by their texts, once for each list around them: what is longer is no translation of ours anyway.
constexpr std::size_t kMaxCompared = 2 * kMaxAlgorithmBytes;

struct Checksums {
  std::string pcal, tla;  // "": not there, or not to be looked at
};

// "NAME(WHICH) = "HEX"", NAME being chksum or checksum in any case.
Checksums checksums_of(const std::vector<Token>& line) {
  Checksums out;
  const auto is = [&](std::size_t at, std::string_view text) { return at < line.size() && line[at].text == text; };
  for (std::size_t i = 0; i + 5 < line.size(); ++i) {
    const auto name = to_lower(line[i].text);
    if ((name != "chksum" && name != "checksum") || !is(i + 1, "(")) continue;
    const auto which = to_lower(line[i + 2].text);
    auto at = i + 3;
    if (is(at, "+")) ++at;
    if (!is(at, ")") || !is(at + 1, "=") || at + 2 >= line.size() || line[at + 2].kind != TokenKind::kString) continue;
    const auto sum = to_lower(line[at + 2].text);
    if (which == "pcal" || which == "pluscal") out.pcal = sum;
    if (which == "tla") out.tla = sum;
  }
  return out;
}

// Translators write the same in different ways. What is compared is the tree, with lists and chains of conjunctions and
// disjunctions alike and in an order of their own, and without what says that a variable keeps its value.
bool keeps_values(const Node& node) {
  if (node.kind == NodeKind::kPrefix) return node.text == "UNCHANGED";
  return node.kind == NodeKind::kInfix && node.text == "=" && node.parts[0]->kind == NodeKind::kPostfix &&
         to_text(*node.parts[0]->parts[0]) == to_text(*node.parts[1]);
}

void normalise(NodePtr& node) {
  for (auto& part : node->parts) normalise(part);
  for (auto& bound : node->bounds)
    if (bound.set) normalise(bound.set);
  for (auto& unit : node->units)
    if (unit->body) normalise(unit->body);
  constexpr std::string_view kAssertion = "Failure of assertion at ";
  if (node->kind == NodeKind::kString && node->text.starts_with(kAssertion)) node->text = kAssertion;
  if (keeps_values(*node)) {
    node->kind = NodeKind::kName;
    node->text = "TRUE";
    node->parts.clear();
  }
  const bool is_list = node->text == "/\\" || node->text == "\\/";
  if (!is_list || (node->kind != NodeKind::kInfix && node->kind != NodeKind::kJunction)) return;
  node->kind = NodeKind::kInfix;
  std::vector<NodePtr> parts;
  for (auto& part : node->parts) {
    if (part->kind == NodeKind::kInfix && part->text == node->text)
      std::move(part->parts.begin(), part->parts.end(), std::back_inserter(parts));
    else if (node->text == "\\/" || to_text(*part) != "TRUE")
      parts.push_back(std::move(part));
  }
  std::vector<std::pair<std::string, NodePtr>> sorted;
  for (auto& part : parts) sorted.emplace_back(to_text(*part), std::move(part));
  std::sort(sorted.begin(), sorted.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
  node->parts.clear();
  if (sorted.empty()) {
    node->kind = NodeKind::kName;
    node->text = "TRUE";
  }
  for (auto& [text, part] : sorted) node->parts.push_back(std::move(part));
  if (node->parts.size() == 1) node = NodePtr(std::move(node->parts[0]));
}

// What each name of a translation stands for.
std::map<std::string, std::string> definitions_of(std::string_view lines) {
  std::string text = "---- MODULE Translation ----\n";
  text += lines;
  text += "\n====\n";
  const Source source("", text);
  std::vector<Diagnostic> ignored;
  std::map<std::string, std::string> out;
  const auto module = parse_module(source, ignored);
  if (!module || !ignored.empty()) return out;
  for (const auto& unit : module->units) {
    if (unit->kind != UnitKind::kOperator) {
      for (const auto& parameter : unit->parameters) out[parameter.name.text] = "declared";
      if (unit->parameters.empty()) out[to_text(*unit)] = "";
    } else if (unit->name.text != "Spec") {
      normalise(unit->body);
      out[unit->name.text] = to_text(*unit);
    }
  }
  return out;
}

std::string checksum_of(std::string_view lines) {
  std::string without_returns(lines);
  std::erase(without_returns, '\r');
  return translation_checksum(without_returns);
}

}  // namespace

void warn_if_stale(const Source& source, const Translation& now, std::vector<Diagnostic>& diagnostics) {
  if (!now.found.region) return;
  const auto& region = *now.found.region;
  const auto text = source.text();
  std::vector<Diagnostic> ignored;
  // The line is a comment: its words begin behind the mark.
  const auto line = text.substr(region.begin_line.begin, region.begin_line.end - region.begin_line.begin);
  const auto mark = line.find("BEGIN");
  if (mark == line.npos) return;
  const auto begin = region.begin_line.begin + static_cast<std::uint32_t>(mark);
  const auto sums = checksums_of(read_tokens(source, begin, region.begin_line.end, ignored));
  const auto inner = text.substr(region.inner.begin, region.inner.end - region.inner.begin);
  const bool is_other_text = !sums.tla.empty() && sums.tla != checksum_of(inner);
  const bool is_compared = (!sums.pcal.empty() || is_other_text) && inner.size() <= kMaxCompared;
  const bool is_other_algorithm = is_compared && definitions_of(inner) != definitions_of(now.text);
  if (!is_other_text && !is_other_algorithm) return;
  const Place place{&source, begin, region.begin_line.end > begin ? region.begin_line.end - 1 : begin};
  const auto warn = [&](int code, const char* what) {
    diagnostics.push_back({Diagnostic::Severity::kWarning, code, place, what,
                           "`lorelei model translate` writes it anew; other tools check what stands here"});
  };
  if (is_other_text && is_other_algorithm)
    warn(4803, "this translation was changed after it was written, and is not that of the algorithm");
  else if (is_other_algorithm)
    warn(4804, "the algorithm was changed after this translation was written");
  else
    warn(4805, "this translation was changed after it was written");
}

}  // namespace lorelei::tla::pluscal
