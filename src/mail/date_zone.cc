// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/date_zone.hh"

namespace lorelei::mail {

namespace {

struct Named {
  std::string_view name;
  int value;
};

// Hours east of Greenwich.
constexpr Named kZones[] = {
    {"act", -5}, {"adt", -3},  {"aedt", 11}, {"aest", 10}, {"ahst", -10}, {"akdt", -8}, {"akst", -9}, {"ast", -4},
    {"at", -2},  {"brst", -2}, {"brt", -3},  {"bst", 1},   {"bt", 3},     {"cat", -10}, {"cct", 8},   {"cdt", -5},
    {"cest", 2}, {"cet", 1},   {"cst", -6},  {"eadt", 11}, {"east", 10},  {"ect", 1},   {"edt", -4},  {"eest", 3},
    {"eet", 2},  {"est", -5},  {"ewt", -4},  {"fnt", -2},  {"fst", 2},    {"fwt", 1},   {"gmt", 0},   {"gst", 10},
    {"hdt", -9}, {"hkt", 8},   {"hst", -10}, {"idle", 12}, {"idlw", -12}, {"jst", 9},   {"kdt", 10},  {"kst", 9},
    {"mdt", -6}, {"mest", 2},  {"met", 1},   {"mewt", 1},  {"mez", 1},    {"mnt", -4},  {"msd", 4},   {"msk", 3},
    {"mst", -7}, {"nt", -11},  {"nzd", 13},  {"nzdt", 13}, {"nzst", 12},  {"nzt", 12},  {"pdt", -7},  {"pst", -8},
    {"set", 1},  {"sst", 2},   {"swt", 1},   {"ukr", 2},   {"ut", 0},     {"utc", 0},   {"wadt", 8},  {"wat", -1},
    {"wet", 0},  {"wst", 8},   {"ydt", -8},  {"yst", -9},  {"zp4", 4},    {"zp5", 5},   {"zp6", 6}};

std::optional<std::int64_t> zone_named(std::string_view name) {
  for (const auto& zone : kZones)
    if (zone.name == name) return zone.value * 3600;
  return std::nullopt;
}

class ZoneReader {
 public:
  ZoneReader(DateText& text, std::optional<std::int64_t> before) : text_(text), zone_(before) {}

  // False: there is a zone, but nobody knows it.
  bool take() {
    for (std::size_t i = 0; i < text_.size(); ++i)
      if (text_.holds(i, "dst") && text_.boundary_at(i) && text_.boundary_at(i + 3)) {
        is_summer_ = true;
        text_.erase({i, i + 3});
        break;
      }
    switch (take_zone_name()) {
      case Found::kUnknown:
        return false;
      case Found::kYes:
        break;
      case Found::kNo:
        if (!take_zone_number(Colon::kAllowed)) return false;
    }
    const std::string_view left = text_.left();
    if (left.empty()) return true;
    if (left == "u" || left == "ut" || left == "z") {
      zone_ = 0;
      text_.clear();
      return true;
    }
    return take_zone_number(Colon::kForbidden);
  }
  std::optional<std::int64_t> seconds() const {
    if (!zone_) return std::nullopt;
    return *zone_ + (is_summer_ ? 3600 : 0);
  }

 private:
  enum class Found { kNo, kYes, kUnknown };
  enum class Colon { kAllowed, kForbidden };

  // ' pst', ' "metdst"', ' cet2cest', ' gmt_x'
  Found take_zone_name() {
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (!text_.space_at(i)) continue;
      const std::size_t name = i + (text_.at(i + 1) == '"' ? 2 : 1);
      for (std::size_t size = 4; size >= 3; --size) {
        if (text_.letters_end(name) < name + size) continue;
        const auto end = zone_name_end(name + size);
        if (!end) continue;
        if (text_.holds(name + size, "dst")) is_summer_ = true;
        zone_ = zone_named(text_.piece({name, name + size}));
        text_.cut({i, *end});
        return zone_ ? Found::kYes : Found::kUnknown;
      }
    }
    return Found::kNo;
  }
  std::optional<std::size_t> zone_name_end(std::size_t from) const {
    std::size_t ends[] = {from, from};
    if (text_.holds(from, "dst")) ends[0] = from + 3;
    if (text_.digit_at(from)) ends[0] = text_.letters_end(text_.digits_end(from));
    if (text_.at(from) == '_' && is_lower(text_.at(from + 1))) ends[0] = text_.letters_end(from + 1);
    for (std::size_t end : ends) {
      if (text_.at(end) == '"') ++end;
      if (text_.space_at(end)) return end + 1;
    }
    return std::nullopt;
  }

  // " +0100", " gmt-2", " -05:30"; false: with a name that nobody knows.
  bool take_zone_number(Colon colon) {
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (!text_.space_at(i)) continue;
      for (const std::size_t name : {std::size_t{4}, std::size_t{3}, std::size_t{0}}) {
        if (text_.letters_end(i + 1) < i + 1 + name) continue;
        std::size_t from = i + 1 + name;
        const char sign = text_.at(from) == '-' || text_.at(from) == '+' ? text_.at(from++) : '+';
        if (text_.at(from) == '-') ++from;
        const auto number_found = zone_digits(from, colon);
        if (!number_found) continue;
        std::int64_t base = 0;
        if (name != 0) {
          const auto known = zone_named(text_.piece({i + 1, i + 1 + name}));
          if (!known) return false;
          base = *known;
        }
        zone_ = base + (sign == '-' ? -number_found->seconds : number_found->seconds);
        text_.cut({i, number_found->end});
        return true;
      }
    }
    return true;
  }
  struct ZoneDigits {
    std::int64_t seconds;
    std::size_t end;  // behind the space that follows
  };
  // H, HH, HMM, HHMM, each with 00 behind it at will.
  std::optional<ZoneDigits> zone_digits(std::size_t from, Colon colon) const {
    for (const auto hour_end : text_.number_ends(from, 1, 2)) {
      const std::size_t next = hour_end + (colon == Colon::kAllowed && text_.at(hour_end) == ':' ? 1 : 0);
      const std::int64_t hours = text_.number({from, hour_end}) * 3600;
      if (text_.digit_at(next) && text_.digit_at(next + 1)) {
        const std::size_t end = next + 2 + (text_.holds(next + 2, "00") ? 2 : 0);
        if (text_.space_at(end)) return ZoneDigits{hours + text_.number({next, next + 2}) * 60, end + 1};
        if (text_.space_at(next + 2)) return ZoneDigits{hours + text_.number({next, next + 2}) * 60, next + 3};
      }
      if (text_.space_at(next)) return ZoneDigits{hours, next + 1};
    }
    return std::nullopt;
  }

  DateText& text_;
  std::optional<std::int64_t> zone_;  // without summer time
  bool is_summer_ = false;
};

}  // namespace

DateZone take_zone(DateText& text, std::optional<std::int64_t> before) {
  ZoneReader reader(text, before);
  if (!reader.take()) return {false, std::nullopt};
  return {true, reader.seconds()};
}

}  // namespace lorelei::mail
