// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/model_dump.hh"

#include <fmt/core.h>

#include "base/files.hh"
#include "base/text.hh"

namespace lorelei::cmd {

// "dot" and what is wanted of it stand before the file, in a word of their own.
static bool is_form(std::string_view word) { return word == "dot" || word.starts_with("dot,"); }

void ModelDump::add_rows(std::vector<Option>& rows) {
  Target target(Target::Setter([this](std::string_view value) { return set(value); }));
  target.takes_next = [](std::string_view value, std::string_view) { return is_form(value); };
  rows.push_back({"--dump -dump", "FILE", "write all states; with dot,colorize,actionlabels before FILE as a graph",
                  std::move(target)});
  rows.push_back({"--large", "", "also a graph of more than 10,000 states", &forces_});
}

Result<void> ModelDump::set(std::string_view value) {
  options_ = {};
  if (const auto blank = value.find(' '); blank != std::string_view::npos && is_form(value.substr(0, blank))) {
    options_.is_graph = true;
    for (const auto word : split(value.substr(0, blank), ',')) {
      options_.has_colours = options_.has_colours || word == "colorize";
      options_.has_labels = options_.has_labels || word == "actionlabels";
      if (word != "dot" && word != "colorize" && word != "actionlabels" && word != "strict")
        return err(Error::Kind::kUsage, "", "", fmt::format("{} is nothing that can be asked of a graph", word),
                   "dot,colorize,actionlabels FILE");
    }
    value.remove_prefix(blank + 1);
  }
  if (value.empty()) return err(Error::Kind::kUsage, "", "", "its value is empty");
  file_ = value;
  const std::string_view suffix = options_.is_graph ? ".dot" : ".dump";
  if (!value.ends_with(suffix)) file_ += suffix;
  return {};
}

std::optional<int> ModelDump::write(Env& env, Args& args, modelcheck::Model& model, bool overwrites) {
  if (file_.empty()) return std::nullopt;
  std::error_code ignored;
  if (!overwrites && fs::exists(fs::symlink_status(file_, ignored)))
    return args.fail(
        {Error::Kind::kConflict, "write all states to", file_, "it is there already", "--overwrite", "", 0});
  if (options_.is_graph && !forces_) options_.max_states = modelcheck::kMaxGraphNodes;
  options_.is_cancelled = [&] { return env.stop_requested(); };
  const auto text = modelcheck::dump(model, options_);
  if (!text) return args.fail(text.error());
  const auto made = overwrites ? replace_file(file_, *text) : create_file(file_, *text);
  if (!made) return args.fail(made.error());
  return std::nullopt;
}

}  // namespace lorelei::cmd
