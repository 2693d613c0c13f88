# SPDX-License-Identifier: GPL-3.0-or-later
# archive clone, fetch, import, export, verify and ls, as a user types them.
load common

setup_here() {
  git config --global user.name Tester && git config --global user.email t@example.com
  for i in 1 2 3; do letter "$i" >"$i.eml"; done
}

# A mail of the list; the second argument goes into the header.
letter() {
  printf 'From: Ann Author <ann@example.com>\nTo: floppy@lists.example.com\nList-Id: <floppy.lists.example.com>\n'
  printf 'Subject: about disk %s\nDate: Fri, 13 Jun 2025 12:00:0%s +0000\nMessage-ID: <disk%s@example.com>\n' "$1" "$1" "$1"
  printf '%s\nDisk %s does not spin.\n' "${2:-}" "$1"
}

# An archive "floppy" with mails 1 and 2.
archive_of_two() { lorelei archive import -q --address floppy@lists.example.com floppy 1.eml 2.eml; }
dir_of() { lorelei archive ls --json "$1" | sed -n 's/.*"directory": "\(.*\)".*/\1/p'; }

@test "import: makes an archive, and says what it did on stderr" {
  run --separate-stderr lorelei archive import --address floppy@lists.example.com floppy 1.eml 2.eml
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [[ "$stderr" == "floppy: a new archive in $HOME/.local/share/lorelei/archives/floppy"*"2 messages added of 2 in "* ]]
  [ "$(git config -f ~/.public-inbox/config publicinbox.floppy.address)" = floppy@lists.example.com ]
  [ "$(git -C "$(dir_of floppy)/git/0.git" log --format='%s %cn %ce')" = "about disk 2 floppy floppy@lists.example.com
about disk 1 floppy floppy@lists.example.com" ]
}

@test "import: reads standard input, a mailbox or one message" {
  lorelei archive import -q floppy <1.eml
  { echo "From x@y Thu Jan  1 00:00:00 1970"; cat 2.eml; echo; } | gzip | lorelei archive import -q floppy
  [ "$(git -C "$(dir_of floppy)/git/0.git" rev-list --count HEAD)" = 2 ]
}

@test "import: what is there already is not stored again" {
  archive_of_two
  run --separate-stderr lorelei archive import floppy 2.eml 3.eml
  [ "$status" -eq 0 ]
  [[ "$stderr" == *"1 messages added of 2 in "*", 1 were there already"* ]]
}

@test "import: a name like another's makes nothing without --new" {
  archive_of_two
  run --separate-stderr lorelei archive import flopy 3.eml
  [ "$status" -eq 3 ]
  [[ "$stderr" == *"did you mean floppy?"*"--new"* ]]
  run lorelei archive import -q --new flopy 3.eml
  [ "$status" -eq 0 ]
  [ "$(lorelei archive ls --names)" = "floppy
flopy" ]
}

@test "import: a source that can't be read leaves the rest, and exit status 4" {
  run --separate-stderr lorelei archive import -q floppy none.mbox 1.eml
  [ "$status" -eq 4 ]
  [[ "$stderr" == *"cannot open 'none.mbox': No such file or directory"* ]]
  [ "$(git -C "$(dir_of floppy)/git/0.git" rev-list --count HEAD)" = 1 ]
}

@test "import: a kill leaves an archive that the same command completes" {
  archive_of_two
  dir=$(dir_of floppy)
  mkfifo slow
  lorelei archive import -q floppy slow &
  pid=$!
  exec 9>slow
  { echo "From x@y Thu Jan  1 00:00:00 1970"; cat 3.eml; } >&9
  sleep 1
  kill -9 "$pid"
  exec 9>&-
  wait "$pid" || true
  git -C "$dir/git/0.git" fsck --strict
  lorelei archive import -q floppy 3.eml
  [ "$(git -C "$dir/git/0.git" rev-list --count HEAD)" = 3 ]
}

@test "import: two at once wait for each other" {
  archive_of_two
  lorelei archive import -q floppy 3.eml & first=$!
  letter 4 >4.eml
  lorelei archive import -q floppy 4.eml & second=$!
  wait "$first" && wait "$second"
  [ "$(git -C "$(dir_of floppy)/git/0.git" rev-list --count HEAD)" = 4 ]
}

@test "clone: from a bundle and from a directory, registered by name" {
  archive_of_two
  git -C "$(dir_of floppy)/git/0.git" bundle create -q "$PWD/floppy.bundle" HEAD master
  run --separate-stderr lorelei archive clone floppy.bundle copy
  [ "$status" -eq 0 ]
  [[ "$stderr" == "copy: 1 epoch in $HOME/.local/share/lorelei/archives/copy"* ]]
  run lorelei archive clone -q "$(dir_of floppy)" ./here
  [ "$status" -eq 0 ]
  [ "$(lorelei archive ls --names)" = "floppy
copy
here" ]
  lorelei archive export -q copy >copy.mbox
  lorelei archive export -q ./here | cmp - copy.mbox
}

@test "clone: the address of the list is read from its mail" {
  archive_of_two
  from=$(dir_of floppy)
  rm ~/.public-inbox/config
  lorelei archive clone -q "$from" copy
  [ "$(git config -f ~/.public-inbox/config publicinbox.copy.address)" = floppy@lists.example.com ]
  [ "$(git config -f ~/.public-inbox/config publicinbox.copy.listid)" = floppy.lists.example.com ]
}

@test "clone: over what is there is refused, with advice" {
  archive_of_two
  run --separate-stderr lorelei archive clone "$(dir_of floppy)" floppy
  [ "$status" -eq 6 ]
  [[ "$stderr" == *"something is there already"*"lorelei archive fetch"* ]]
}

@test "clone: a directory that may not be written is named" {
  archive_of_two
  mkdir sealed && chmod 555 sealed
  run --separate-stderr as_anybody lorelei archive clone "$(dir_of floppy)" sealed/copy
  [ "$status" -eq 1 ]
  [[ "$stderr" == *"sealed"*"Permission denied"* ]]
}

@test "fetch: brings what is new, and says so on stdout" {
  archive_of_two
  lorelei archive clone -q "$(dir_of floppy)" copy
  lorelei archive import -q floppy 3.eml
  run --separate-stderr lorelei archive fetch copy
  [ "$status" -eq 0 ]
  [ "$output" = "copy epoch 0: updated, 1 messages" ]
  run lorelei archive fetch copy
  [ "$output" = "copy epoch 0: unchanged" ]
}

@test "fetch: rewritten history is taken over and named" {
  archive_of_two
  lorelei archive clone -q "$(dir_of floppy)" copy
  git -C "$(dir_of floppy)/git/0.git" update-ref HEAD HEAD~1
  run --separate-stderr lorelei archive fetch copy
  [ "$status" -eq 0 ]
  [[ "$output" == "copy epoch 0: rewritten upstream, "*" is now "* ]]
}

@test "fetch: messages that were put into a copy here stay" {
  archive_of_two
  lorelei archive clone -q "$(dir_of floppy)" copy
  epoch=$(dir_of copy)/git/0.git
  run --separate-stderr lorelei archive import copy 3.eml
  [ "$status" -ne 0 ]
  [[ "$stderr" == *"it is a copy of an archive"*"remote remove origin"* ]]
  # By somebody else.
  url=$(git -C "$epoch" config remote.origin.url)
  git -C "$epoch" config --unset remote.origin.url
  lorelei archive import -q copy 3.eml
  git -C "$epoch" config remote.origin.url "$url"
  run lorelei archive fetch copy
  [ "$output" = "copy epoch 0: ahead of upstream, which lacks 1 messages that are here" ]
  [ "$(lorelei archive export -q copy | grep -c '^From ')" -eq 3 ]
  letter 4 >4.eml
  lorelei archive import -q floppy 4.eml
  run --separate-stderr lorelei archive fetch copy
  [ "$status" -ne 0 ]
  [[ "$stderr" == *"upstream went another way"* ]]
  [ "$(lorelei archive export -q copy | grep -c '^From ')" -eq 3 ]
}

@test "fetch: what another git has fetched is upstream's, and follows it" {
  archive_of_two
  lorelei archive clone -q "$(dir_of floppy)" copy
  lorelei archive import -q floppy 3.eml
  git -C "$(dir_of copy)/git/0.git" fetch -q origin
  upstream=$(dir_of floppy)/git/0.git
  git -C "$upstream" update-ref HEAD HEAD~2
  letter 4 >4.eml
  lorelei archive import -q floppy 4.eml
  run lorelei archive fetch copy
  [ "$status" -eq 0 ]
  [[ "$output" == "copy epoch 0: rewritten upstream, "* ]]
  [ "$(git -C "$(dir_of copy)/git/0.git" rev-parse HEAD)" = "$(git -C "$upstream" rev-parse HEAD)" ]
}

@test "fetch: a copy of whose past nothing is known keeps what is replaced" {
  archive_of_two
  lorelei archive clone -q "$(dir_of floppy)" copy
  epoch=$(dir_of copy)/git/0.git
  rm "$epoch/lorelei-fetched"
  before=$(git -C "$epoch" rev-parse HEAD)
  git -C "$(dir_of floppy)/git/0.git" update-ref HEAD HEAD~1
  letter 4 >4.eml
  lorelei archive import -q floppy 4.eml
  run lorelei archive fetch copy
  [ "$status" -eq 0 ]
  [[ "$output" == *"rewritten upstream"*"what it was is refs/lorelei/replaced/"* ]]
  [ "$(git -C "$epoch" for-each-ref --format='%(objectname)' refs/lorelei)" = "$before" ]
}

@test "fetch: a branch that is gone upstream keeps nobody from the others" {
  archive_of_two
  upstream=$(dir_of floppy)/git/0.git
  git -C "$upstream" branch other
  lorelei archive clone -q "$(dir_of floppy)" copy
  git -C "$upstream" branch -m master main
  git -C "$upstream" branch -f other HEAD~1
  rm "$(dir_of copy)/git/0.git/lorelei-fetched"
  run lorelei archive fetch copy
  [ "$status" -eq 0 ]
  [ "$(git -C "$(dir_of copy)/git/0.git" rev-parse other)" = "$(git -C "$upstream" rev-parse other)" ]
}

@test "fetch: a source that is gone is an error, the others are fetched" {
  archive_of_two
  lorelei archive clone -q "$(dir_of floppy)" one
  lorelei archive clone -q "$(dir_of one)" two
  mv "$(dir_of floppy)" gone
  run --separate-stderr lorelei archive fetch one two
  [ "$status" -eq 4 ]
  [ "$output" = "two epoch 0: unchanged" ]
  [[ "$stderr" == *"cannot fetch"*"one/git/0.git"* ]]
}

@test "export: every format, a range of numbers, nothing overwritten" {
  archive_of_two
  lorelei archive export -q floppy out.mbox.gz
  [ "$(zcat out.mbox.gz | grep -c '^From ')" = 2 ]
  lorelei archive export -q -f maildir floppy out
  [ "$(ls out/cur out/new | grep -c .)" = 4 ]
  run --separate-stderr lorelei archive export floppy out.mbox.gz
  [ "$status" -eq 6 ]
  run --separate-stderr lorelei archive export --since 2 floppy
  [ "$status" -eq 3 ]
  [[ "$stderr" == *"lorelei archive index"* ]]
  lorelei archive index -q floppy
  [ "$(lorelei archive export -q --since 2 floppy | grep ^Subject)" = "Subject: about disk 2" ]
}

@test "verify: a sound archive, before and after it is indexed" {
  archive_of_two
  run --separate-stderr lorelei archive verify floppy
  [ "$status" -eq 0 ]
  [ "$output" = "floppy: 2 messages in 2 commits, no index: no problems" ]
  lorelei archive index -q floppy
  lorelei archive import -q floppy 3.eml
  run --separate-stderr lorelei archive verify
  [ "$status" -eq 0 ]
  [ "$output" = "floppy: 2 messages in 3 commits, 2 indexed, 1 not indexed yet: no problems" ]
}

@test "verify: a damaged message is named, and the exit status says so" {
  archive_of_two
  lorelei archive index -q floppy
  epoch=$(dir_of floppy)/git/0.git
  git -C "$epoch" unpack-objects -q <"$(ls "$epoch"/objects/pack/*.pack 2>/dev/null || echo /dev/null)" 2>/dev/null || true
  blob=$(git -C "$epoch" rev-parse HEAD:m)
  chmod -R u+w "$epoch/objects" && : >"$epoch/objects/${blob:0:2}/${blob:2}"
  run --separate-stderr lorelei archive verify floppy
  [ "$status" -eq 1 ]
  [[ "$output" == *"floppy: epoch 0, commit "*"blob $blob can't be read"*"1 problem"* ]]
  [ "$(lorelei archive verify --json floppy | grep -c '"problems": 1')" = 1 ]
}

@test "verify: an epoch that is gone is found" {
  archive_of_two
  mv "$(dir_of floppy)/git/0.git" gone
  run --separate-stderr lorelei archive verify floppy
  [ "$status" -eq 1 ]
  [[ "$output" == *"0.git is missing"* ]]
}

@test "ls: a table, names, JSON" {
  run --separate-stderr lorelei archive ls
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [[ "$stderr" == *"lorelei archive clone"* ]]
  archive_of_two
  run --separate-stderr lorelei archive ls
  [[ "${lines[0]}" == "NAME"*"MESSAGES"*"EPOCHS"*"LEVEL"*"NEWEST"*"INDEX"*"DIRECTORY" ]]
  [[ "${lines[1]}" =~ ^floppy\ +-\ +1\ +-\ +-\ +none\ +/ ]]
  lorelei archive index -q floppy
  run --separate-stderr lorelei archive ls floppy
  [[ "${lines[1]}" =~ ^floppy\ +2\ +1\ +full\ +2025-06-13\ +current\ +/ ]]
  lorelei archive import -q floppy 3.eml
  [[ "$(lorelei archive ls --json)" == *'"index": "behind"'* ]]
}

@test "ls: --skipped lists what could not be indexed, and why" {
  archive_of_two
  epoch=$(dir_of floppy)/git/0.git
  printf 'commit refs/heads/master\ncommitter C <c@x> 1 +0000\ndata 1\ns\nfrom refs/heads/master^0\nM 100644 inline m\ndata 12\nFrom: x\n\nno\n\n' |
    git -C "$epoch" fast-import --quiet
  lorelei archive index -q floppy
  run --separate-stderr lorelei archive ls --skipped floppy
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == "floppy  epoch 0  $(git -C "$epoch" rev-parse HEAD:m)  "*"Message-ID"* ]]
  lorelei archive verify floppy
}

@test "ls: an archive whose directory is gone is an error beside the others" {
  archive_of_two
  lorelei archive import -q --new other 3.eml
  rm -r "$(dir_of other)"
  run --separate-stderr lorelei archive ls
  [ "$status" -eq 4 ]
  [[ "$output" == *"floppy "*"other "*"error"* ]]
  [[ "$stderr" == *"no such directory"* ]]
}

@test "an archive that a group shares is indexed so that the group can write" {
  lorelei archive import -q ./list <<<"From: a@x

text"
  git -C list/all.git config core.sharedRepository group
  (umask 077 && lorelei archive index -q ./list)
  for file in list/msgmap.sqlite3 list/xap15/over.sqlite3 list/xap15/0/postlist.glass list/lorelei/series.sqlite3; do
    [ "$(stat -c %a "$file")" = 660 ] || { stat -c '%n %a' "$file"; false; }
  done
}

@test "index: an epoch that is missing is an error, and the index stays as it is" {
  archive_of_two
  lorelei archive index floppy
  mv "$(dir_of floppy)/git/0.git" away
  for options in '' --reindex; do
    # shellcheck disable=SC2086  # none or one
    run --separate-stderr lorelei archive index $options floppy
    [ "$status" -eq 3 ]
    [[ "$stderr" == *"git/0.git is missing"*"bring it back"* ]]
  done
  mv away "$(dir_of floppy)/git/0.git"
  run lorelei archive verify floppy
  [ "$status" -eq 0 ]
  [[ "$output" == *" 2 indexed: no problems" ]]
}

@test "verify: who may not write the index is told so, and not that it is broken" {
  archive_of_two
  lorelei archive index floppy
  chmod -R a-w "$(dir_of floppy)"
  run as_anybody lorelei archive verify floppy
  chmod -R u+w "$(dir_of floppy)"
  [ "$status" -eq 1 ]
  [[ "$output" == *"it can only be checked by who may write it"* ]]
  [[ "$output" != *reindex* ]]
}

@test "import: a file that is no mail is refused" {
  printf '#!/bin/sh\necho hello: world\n' >script
  run --separate-stderr lorelei archive import floppy script
  [ "$status" -eq 1 ]
  [[ "$stderr" == *"script"*"its first line is no header"* ]]
}
