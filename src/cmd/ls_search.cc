// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei ls-search: list saved searches.
#include "base/json.hh"
#include "base/pager.hh"
#include "cmd/lei_request.hh"
#include "lei/saved_search.hh"

namespace lorelei::cmd {

namespace {

void add_words(JsonWriter& json, std::string_view name, const std::vector<std::string>& words) {
  if (words.empty()) return;
  json.key(name);
  json.begin_array();
  for (const auto& word : words) json.value(word);
  json.end_array();
}

// lei's members, in the order of their names; its flags are texts.
std::string json_of(const lei::SavedSearch& search, JsonStyle style) {
  std::string text;
  JsonWriter json(text, style);
  const auto flag = [&](std::string_view name, std::optional<bool> value) {
    if (value) json.member(name, *value ? "1" : "0");
  };
  json.begin_object();
  if (!search.dedupe.empty()) json.member("dedupe", search.dedupe);
  add_words(json, "exclude", search.exclude);
  flag("external", search.external);
  flag("import-before", search.import_before);
  flag("import-remote", search.import_remote);
  add_words(json, "include", search.include);
  if (search.limit) json.member("limit", std::to_string(*search.limit));
  flag("local", search.local);
  add_words(json, "only", search.only);
  json.member("output", search.output);
  if (search.is_paused) json.member("paused", "1");
  add_words(json, "q", search.query);
  flag("remote", search.remote);
  if (search.threads) json.member("threads", std::to_string(search.threads));
  json.end_object();
  return text;
}

}  // namespace

static int ls_search(Env& env, Args& args) {
  std::optional<std::string> format;
  std::optional<bool> pretty;
  bool is_long = false, nul = false, ascii = false;
  if (const auto done = args.parse({
          {"-f --format", "FORMAT", "json, jsonl (ldjson, ndjson), concatjson", &format},
          {"-l", "", "everything about them: -f json", &is_long},
          {"--[no-]pretty", "", "JSON for people", &pretty},
          {"--[no-]ascii", "", "accepted for scripts", &ascii},
          {"-z -0", "", "end names by NUL, not by a line end", &nul},
      }))
    return *done;
  if (is_long && !format) format = "json";
  const bool lines = format == "jsonl" || format == "ldjson" || format == "ndjson";
  if (format && !lines && format != "json" && format != "concatjson")
    return args.fail({Error::Kind::kUsage, "list searches as", *format, "unknown format: " + *format, "json", ""});
  if (format && nul)
    return args.fail({Error::Kind::kUsage, "list searches", "", "-z and --format do not mix", "one of them", ""});
  const auto found = lei::list_saved_searches(lei::Home(env));
  const auto start = args.operands().empty() ? std::string() : args.operand(0);
  std::vector<const lei::SavedSearch*> chosen;
  for (const auto& search : found.all)
    if (search.place().starts_with(start)) chosen.push_back(&search);
  {
    const Pager pager(env);
    const auto style = pretty.value_or(env.out_is_terminal) && !lines ? JsonStyle::kPretty : JsonStyle::kCompact;
    if (format == "json") print(env, "[");
    for (const auto* search : chosen) {
      if (!format)
        print(env, search->place() + (nul ? std::string(1, '\0') : "\n"));
      else
        print(env, json_of(*search, style) + (format != "json" ? "\n" : search == chosen.back() ? "" : ",\n"));
    }
    if (format == "json") print(env, "]\n");
    if (format == "concatjson") print(env, "\n");
  }
  int status = 0;
  for (const auto& problem : found.problems) status = args.fail(problem);
  return status;
}

extern const Command kLsSearch = {
    .also = "lei",
    .verb = "ls-search",
    .operands = "[PREFIX]",
    .help = "list saved searches by their outputs",
    .description = "",
    .examples = {{"lorelei ls-search", "the outputs"}, {"lorelei ls-search -l --pretty", "all that is saved"}},
    .run = ls_search,
};

}  // namespace lorelei::cmd
