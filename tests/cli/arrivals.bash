# SPDX-License-Identifier: GPL-3.0-or-later
# An archive "toys" to which mail comes, for tests of saved searches.

new_archive() {
  umask 022
  mail first@x 'first of all' >all.eml
  lorelei archive import -q --new toys all.eml
  lorelei archive index -q toys
}
mail() {  # ID SUBJECT [REFERENCE] [LIST-ID]
  printf 'From: Ann <ann@example.org>\nTo: list@example.org\nSubject: %s\nMessage-ID: <%s>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n' "$2" "$1"
  [ -z "${3:-}" ] || printf 'References: <%s>\n' "$3"
  [ -z "${4:-}" ] || printf 'List-Id: <%s>\n' "$4"
  printf '\nbody of %s\n' "$1"
}
arrive() {  # like mail
  mail "$@" >new.eml
  lorelei archive import -q toys new.eml
  lorelei archive index -q toys
}
files() { find "$1/cur" "$1/new" -type f | wc -l; }
