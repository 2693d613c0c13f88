// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/contact.hh"

#include <gtest/gtest.h>

#include "workflow/addresses_in_file.hh"
#include "workflow/mailmap.hh"

namespace lorelei::workflow {
namespace {

std::string read(std::string_view text) {
  const auto contact = contact_of(text);
  return contact.name + "|" + contact.address;
}

std::string mapped(const Mailmap& map, std::string_view text) { return to_text(map.mapped(contact_of(text))); }

}  // namespace

TEST(Contact, IsReadAsTheScriptDoes) {
  const struct {
    const char *text, *read;
  } cases[] = {
      {"Ann Baker <ann@x.y>", "Ann Baker|ann@x.y"},
      {"Ann B. Baker <ann@x.y> (ovens)", "\"Ann B. Baker\"|ann@x.y"},
      {"\"Baker, Ann\" <ann@x.y>", "\"Baker, Ann\"|ann@x.y"},
      {"J\xc3\xbcrgen <j@x.y>", "\"J\xc3\xbcrgen\"|j@x.y"},
      {"Ann \"Oven\" Baker <ann@x.y>", "\"Ann \\\"Oven\\\" Baker\"|ann@x.y"},
      {"<ann@x.y>", "|ann@x.y"},
      {"  <ann@x.y> # home", "|ann@x.y"},
      {"ann@x.y (Ann)", "|ann@x.y"},
      {"the list ovens@x.y", "|the list ovens@x.y"},
      {"Ann <ann>", "|"},
      {"Ann <@x>", "|Ann <@x>"},
      {"nobody", "|"},
      {"", "|"},
      {"<<a@b>>", "|<a@b>"},
  };
  for (const auto& one : cases) EXPECT_EQ(read(one.text), one.read) << one.text;
}

TEST(Contact, IsWrittenWithTheQuotesItNeeds) {
  EXPECT_EQ(to_text({"Ann-Marie Baker", "a@x"}), "Ann-Marie Baker <a@x>");
  EXPECT_EQ(to_text({"Baker, Ann", "a@x"}), "\"Baker, Ann\" <a@x>");
  EXPECT_EQ(to_text({"", " a@x "}), "a@x");
  EXPECT_EQ(plain_name(contact_of("Ann \"Oven\" Baker <ann@x.y>")), "Ann \"Oven\" Baker");
}

TEST(Mailmap, SaysWhatPeopleAreCalledNow) {
  const Mailmap map(
      "# who is who\n"
      "Ann Baker <ann@new.x>\n"
      "<bob@new.x> <bob@old.x>   # moved\n"
      "Cora Cook <cora@new.x> <cora@old.x>\n"
      "Dan Dough <dan@new.x> Danny <shared@old.x>\n"
      "no line\n"
      "<half@x\n");
  EXPECT_EQ(mapped(map, "ann <ann@new.x>"), "Ann Baker <ann@new.x>");
  EXPECT_EQ(mapped(map, "Bob <bob@old.x>"), "Bob <bob@new.x>");
  EXPECT_EQ(mapped(map, "cora@old.x"), "Cora Cook <cora@new.x>");
  EXPECT_EQ(mapped(map, "Danny <shared@old.x>"), "Dan Dough <dan@new.x>");
  EXPECT_EQ(mapped(map, "Eve <shared@old.x>"), "Eve <shared@old.x>");
  EXPECT_EQ(mapped(map, "Ann <ANN@new.x>"), "Ann <ANN@new.x>");  // letter case counts
}

TEST(AddressesInFile, HaveTheNamesBeforeThem) {
  const auto texts = [](std::string_view file) {
    std::vector<std::string> out;
    for (const auto& one : addresses_in_file(file)) out.push_back(to_text(one));
    return out;
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(texts("maintainers:\n  - Ann Baker <ann@x.example>\n  - Bob B. Cook <bob@x.example>\n"),
            (Texts{"Ann Baker <ann@x.example>", "\"Bob B. Cook\" <bob@x.example>"}));
  EXPECT_EQ(texts("written by the famous Cora Cook, cora@x.example."), Texts{"Cora Cook <cora@x.example>"});
  EXPECT_EQ(texts("mail\tdan@x.example or {eve@x.example}"), (Texts{"mail <dan@x.example>", "or <eve@x.example>"}));
  EXPECT_EQ(texts("Jos\xc3\xa9 Pan <jose@x.example>"), Texts{"\"Jos\xc3\xa9 Pan\" <jose@x.example>"});
  EXPECT_EQ(texts("a@b and @c.d and e@f."), Texts{});
  EXPECT_EQ(texts("a@b.c@d.e"), Texts{"a@b.c"});
  EXPECT_EQ(texts(""), Texts{});
}

}  // namespace lorelei::workflow
