// SPDX-License-Identifier: GPL-3.0-or-later
// A behaviour with something wrong at its end, made as short as its actions allow.
#pragma once
#include <vector>

#include "modelcheck/walk.hh"

namespace lorelei::modelcheck {

// No more states than these are looked at.
inline constexpr std::size_t kMaxStatesOfShortening = 100'000;

// behaviour: from a first state to where the finding is. Gives it back if nothing shorter is found.
std::vector<State> shortened(Model&, const std::vector<State>& behaviour, const Finding&);

}  // namespace lorelei::modelcheck
