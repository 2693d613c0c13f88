// SPDX-License-Identifier: GPL-3.0-or-later
// Who writes on the sample lists. Nobody: the names are made up, the domains are reserved for examples (RFC 2606).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sample_mail/random.hh"

namespace lorelei::sample {

struct Person {
  std::string name;  // UTF-8
  std::string address;
  int zone_minutes = 0;  // east of Greenwich
  // "Name <address>" as it stands in a trailer.
  std::string mailbox() const { return name + " <" + address + ">"; }
};

// The one who applies what goes to the disk list.
const Person& maintainer();
// Of the floppy driver, which has a fan.
const Person& floppy_keeper();
// A machine that tests what is posted, and one that follows pull requests.
const Person& build_robot();
const Person& pull_robot();
// All the others, some of them with names outside ASCII.
const std::vector<Person>& contributors();

// The two lists; a message goes to one of them or to both.
struct List {
  std::string_view address, id, title;
};
inline constexpr List kDiskList = {"disk@lists.example.org", "disk.lists.example.org", "Disks and what spins in them"};
inline constexpr List kKernelList = {"kernel@lists.example.org", "kernel.lists.example.org", "The kernel at large"};
enum class Lists : unsigned { kDisk = 1, kKernel = 2, kBoth = 3 };
inline bool includes(Lists all, Lists one) { return (static_cast<unsigned>(all) & static_cast<unsigned>(one)) != 0; }

}  // namespace lorelei::sample
