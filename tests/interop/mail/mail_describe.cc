// SPDX-License-Identifier: GPL-3.0-or-later
// mail_describe < BATCH: our half of the comparison with describe.pl on the mail of a whole archive.
//
//   git cat-file --batch-all-objects --batch-check | awk '$2 == "blob" {print $1}' | git cat-file --batch >batch
//   diff <(tests/interop/mail/describe.pl <batch) <(mail_describe <batch)
#include <iostream>
#include <sstream>

#include "interop/mail/describe.hh"

int main() {
  std::string head;
  while (std::getline(std::cin, head)) {
    std::istringstream words(head);
    std::string id, kind;
    std::size_t size = 0;
    words >> id >> kind >> size;
    std::string raw(size, '\0');
    if (!std::cin.read(raw.data(), static_cast<std::streamsize>(size))) return 1;
    std::cin.get();
    if (kind == "blob") std::cout << lorelei::mail::describe(id, raw);
  }
  return 0;
}
