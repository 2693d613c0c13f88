// SPDX-License-Identifier: GPL-3.0-or-later
// The colours of a message at a terminal, by what they are for: mutt's names and git's.
//
//   slot         default        slot      default        slot      default
//   status       bright cyan    new       green          func      none
//   hdrdefault   cyan           old       red            context   none
//   quoted       blue           meta      bold
//   attachment   bright red     frag      cyan
//
// A slot is set by color.SLOT in lei's configuration, else by color.diff.SLOT or diff.color.SLOT in git's. A value is
// words as in git-config(1): colours (the second one is the background), numbers, #rrggbb, attributes; those of Perl's
// Term::ANSIColor too ("on_red", "bright_green"). Words that mean nothing are left out.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "git/config.hh"

namespace lorelei::lei {

enum class Slot { kStatus, kHeader, kQuoted, kAttachment, kNew, kOld, kMeta, kFrag, kFunc, kContext };
inline constexpr std::size_t kSlots = 10;

class Palette {
 public:
  Palette();  // the defaults
  Palette(const git::Config& lei, const git::Config& git);
  // Appends text, each line of it between the escapes of the slot.
  void paint(std::string& out, Slot, std::string_view text) const;

 private:
  std::array<std::string, kSlots> parameters_;  // of SGR; empty: none
};

// SGR parameters for a value: "green black" gives "32;40". Empty for none.
std::string sgr_parameters(std::string_view value);

}  // namespace lorelei::lei
