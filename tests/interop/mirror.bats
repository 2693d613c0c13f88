#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Mirrors of a server of public-inbox: whole archives, born when the original was, which lei searches as we do.
load common

setup_file() {
  # shellcheck source=tests/interop/common.bash
  . "$BATS_TEST_DIRNAME/common.bash"
  need lei && need public-inbox-index && need public-inbox-httpd
  world
  cd "$BATS_FILE_TMPDIR" || return
  version1_archive "$PWD/old" 1 300
  public-inbox-init -V1 -L full old "$PWD/old" http://localhost/old old@example.org
  public-inbox-index "$PWD/old"
  sample_epoch "$PWD/1.git" 1
  bare_archive "$PWD/new" "$PWD/1.git" "$(commit_at "$PWD/1.git" 300)"
  perl_index "$PWD/new"
  for archive in old/public-inbox new; do # born long ago
    sqlite3 "$archive/msgmap.sqlite3" "UPDATE meta SET val = 1500000000 WHERE key = 'created_at'"
  done
}
teardown_file() { lei daemon-kill 2>/dev/null 3>&- || true; }

serve_both() {
  export HOME=$BATS_TEST_TMPDIR/home
  mkdir "$HOME"
  for name in old new; do
    printf '[publicinbox "%s"]\n\tinboxdir = %s\n\taddress = %s@example.org\n\turl = http://127.0.0.1/%s\n' \
      "$name" "$BATS_FILE_TMPDIR/$name" "$name" "$name"
  done >pi
  PI_CONFIG=$PWD/pi public-inbox-httpd -W0 -l 127.0.0.1:0 -1 "$PWD/http.out" -2 "$PWD/http.err" 2>bound 3>&- &
  SERVER=$!
  wait_until 'grep -q "bound http" bound'
  url=http://127.0.0.1:$(sed -n 's/.*bound http:..127.0.0.1:\([0-9]*\).*/\1/p' bound)
  export PI_CONFIG=/dev/null
}
born() { sqlite3 "$1" "SELECT val FROM meta WHERE key = 'created_at'"; }
found() { "$1" q --no-save -q -f jsonl --only "$2" s:floppy 2>/dev/null 3>&- | sed -n 's/.*"m":"\([^"]*\)".*/\1/p' | sort; }

@test "of version 2" {
  serve_both
  lorelei add-external "$PWD/copy" --mirror "$url/new"
  [ "$(born copy/msgmap.sqlite3)" = 1500000000 ]
  diff "$BATS_FILE_TMPDIR/new/description" copy/description
  [ "$(stat -c '%a %Y' copy/inbox.config.example)" = '444 1500000000' ]
  found lorelei "$PWD/copy" >got
  [ -s got ]
  found lorelei "$BATS_FILE_TMPDIR/new" | diff got -
  found lei "$PWD/copy" | diff got -
  lorelei ls-external | grep -qF "$PWD/copy boost=0"
  lorelei archive fetch "$PWD/copy"
}

@test "of version 1" {
  serve_both
  lorelei add-external "$PWD/copy" --mirror "$url/old/"
  [ "$(born copy/public-inbox/msgmap.sqlite3)" = 1500000000 ]
  [ "$(cat copy/description)" = "mirror of $url/old/" ]
  found lorelei "$PWD/copy" >got
  [ -s got ]
  found lorelei "$BATS_FILE_TMPDIR/old" | diff got -
  found lei "$PWD/copy" | diff got -
  make -n -C copy | grep -q public-inbox-index
}

@test "of nothing, of epochs that are not there: nothing is left behind" {
  serve_both
  for arguments in "--mirror $url/none" "--epoch=1 --mirror $url/new/" "--epoch=0.. --mirror $url/old/" "--inbox-version=2 --mirror $url/old/"; do
    # shellcheck disable=SC2086
    run lorelei add-external -q "$PWD/copy" $arguments
    [ "$status" -ne 0 ]
    [ ! -e copy ] && [ -z "$(find . -name '.copy*')" ]
  done
  [ -z "$(lorelei ls-external)" ]
}
