#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# `up` as timers and scripts use it: locks, time limits, exit statuses, what is told and what not.
load common
load arrivals
setup_here() { new_archive; }
teardown() { [ -z "${PIDS:-}" ] || kill $PIDS; }

# A server that answers every request with status and body of a file, or never: PORT is set.
server() {  # FILE | silent
  rm -f port
  perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 9, LocalAddr => "127.0.0.1") or die;
    open my $p, ">", "port.new"; print $p $s->sockport; close $p; rename "port.new", "port";
    my @open; while (my $c = $s->accept) {
      if ($ARGV[0] eq "silent") { push @open, $c; next }
      while (<$c>) { print STDERR $_ if /HTTP/; last if /^\r$/ }
      open my $f, "<", $ARGV[0]; local $/; print $c readline($f); close $c }' "$1" 2>>requests 3>&- &
  PIDS="${PIDS:-} $!"
  wait_until '[ -s port ]'
  PORT=$(cat port)
}

@test "while all searches are being updated, another run does nothing" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  arrive z2@x 'zebra two'
  flock "$HOME/.local/share/lorelei/update.lock" -c 'lorelei up --all' >out 2>err
  [ "$(cat err)" = '# another update is running' ]
  [ "$(files box)" -eq 1 ]
  # One search by its name is not all of them.
  flock "$HOME/.local/share/lorelei/update.lock" -c 'lorelei up -q box'
  [ "$(files box)" -eq 2 ]
}

@test "a search that is being updated is a passing failure" {
  lorelei q -q -o box s:first
  run flock "$(echo "$HOME"/.local/share/lei/saved-searches/box-*)/lorelei.lock" -c 'lorelei up --all'
  [ "$status" -eq 75 ]
  [[ "$output" == *'another update is running'* ]]
}

@test "-q tells of new mail, -qq only of failures" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  lorelei q -q -o other s:first
  arrive z2@x 'zebra two'
  run lorelei up --all -q
  [ "$output" = "# 1 written to $PWD/box/ (1 matches)" ]
  arrive z3@x 'zebra three'
  run lorelei up --all -qq
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [ "$(files box)" -eq 3 ]
  arrive z4@x 'zebra four'
  run lorelei -qq up --all
  [ -z "$output" ]
  ln -s "$LORELEI" lei
  arrive z5@x 'zebra five'
  run ./lei up --all -q
  [ -z "$output" ]
}

@test "--json says what each search and each source of it gave" {
  arrive z1@x 'zebra one'
  lorelei q -q -O toys -o box s:zebra
  printf 'HTTP/1.0 500 no\r\n\r\nno' >answer
  server answer
  lorelei q -q -O "http://127.0.0.1:$PORT/x/" -o far s:zebra || true
  arrive z2@x 'zebra two'
  run --separate-stderr lorelei up --all --json -j1
  [ "$status" -ne 0 ]
  perl -MJSON::PP -e '
    my ($box, $far) = map { decode_json($_) } grep { /^\{/ } <STDIN>;
    die "box" unless $box->{output} eq "maildir:$ENV{PWD}/box" && $box->{status} == 0 && $box->{written} == 1;
    die "source" unless @{$box->{sources}} == 1 && $box->{sources}[0]{location} =~ m{/toys$} && !$box->{sources}[0]{remote};
    die "far" unless $far->{status} && $far->{sources}[0]{remote} && $far->{sources}[0]{error} =~ /500/;
    die "problems" unless $far->{problems}[0]{error} =~ /500/' <<<"$output"
}

@test "--max-time ends the run, and the next one may go on" {
  server silent
  arrive z1@x 'zebra one'
  lorelei q -q -O toys -o box s:zebra
  cp -a "$(echo "$HOME"/.local/share/lei/saved-searches/box-*)" saved
  run lorelei q --max-time=0.2 -q -O "http://127.0.0.1:$PORT/x/" -o far s:zebra
  [ "$status" -eq 75 ]
  run lorelei up --all --max-time=0.3 --jitter=0.01
  [ "$status" -eq 75 ]
  [[ "$output" == *'--max-time'* ]]
  run lorelei up --max-time=soon box
  [ "$status" -eq 2 ]
  # As lei it is an option of curl's.
  ln -s "$LORELEI" lei
  run ./lei up --max-time=0.2 far
  [ "$status" -eq 28 ]
}

@test "options of curl reach the servers of up and lcat" {
  printf 'HTTP/1.0 404 no\r\n\r\nNo results found' >answer
  server answer
  lorelei q -q -O http://nowhere.invalid/x/ --proxy "http://127.0.0.1:$PORT" -o box s:zebra
  run lorelei up --proxy "http://127.0.0.1:$PORT" box
  [ "$status" -eq 0 ]
  run lorelei lcat -O http://nowhere.invalid/x/ --proxy "http://127.0.0.1:$PORT" '<a@b>'
  [ "$status" -eq 3 ]
}

@test "a server that says that nothing matches is asked from then on the next time" {
  printf 'HTTP/1.0 404 no\r\n\r\nNo results found' >answer
  server answer
  lorelei q -q -O "http://127.0.0.1:$PORT/x/" -o box s:zebra
  saved=$(echo "$HOME"/.local/share/lei/saved-searches/box-*/lei.saved-search)
  [ "$(git config -f "$saved" "external.http://127.0.0.1:$PORT/x/.lastresult")" = "$LORELEI_NOW" ]
  LORELEI_NOW=$((LORELEI_NOW + 100)) lorelei up -q box
  [ "$(git config -f "$saved" "external.http://127.0.0.1:$PORT/x/.lastresult")" = $((LORELEI_NOW + 100)) ]
  # A failure is no answer.
  printf 'HTTP/1.0 500 no\r\n\r\nno' >answer
  LORELEI_NOW=$((LORELEI_NOW + 200)) lorelei up -q box || true
  [ "$(git config -f "$saved" "external.http://127.0.0.1:$PORT/x/.lastresult")" = $((LORELEI_NOW + 100)) ]
}

@test "a server is asked by when mail was received, and not by its Date" {
  printf 'HTTP/1.0 404 no\r\n\r\nNo results found' >answer
  server answer
  lorelei q -q -O "http://127.0.0.1:$PORT/x/" -o box s:zebra
  lorelei up -q --remote-fudge-time=1.hour box
  grep -q "q=(s%3Azebra)+AND+rt%3A$((LORELEI_NOW - 3600)).. " requests
  run grep 'dt%3A' requests
  [ "$status" -eq 1 ]
  # Without an option it is two days.
  lorelei up -q box
  grep -q "rt%3A$((LORELEI_NOW - 172800)).. " requests
}

@test "a message that gets its label, or its flag, later on matches then" {
  mail old@x 'old zebra' >old.eml
  lorelei import -q old.eml
  mail new@x 'new zebra' >new.eml
  lorelei import -q new.eml
  lorelei q -q -o labelled L:later
  lorelei q -q -o flagged kw:flagged
  lorelei up -q --all
  lorelei tag old.eml +L:later +kw:flagged
  lorelei up -q --all
  [ "$(files labelled)" -eq 1 ]
  [ "$(files flagged)" -eq 1 ]
}

@test "how far an archive was read never goes back" {
  arrive z1@x 'zebra one'
  lorelei q -q -O toys -o box s:zebra
  dir=$HOME/.local/share/lorelei/archives/toys
  saved=$(echo "$HOME"/.local/share/lei/saved-searches/box-*/lei.saved-search)
  before=$(git config -f "$saved" "external.$dir.maxuid")
  arrive y1@x 'yak one'
  lorelei up -q box
  lorelei up -q --rescan box
  [ "$(git config -f "$saved" "external.$dir.maxuid")" -eq "$before" ]
  arrive z2@x 'zebra two'
  lorelei up -q box
  [ "$(git config -f "$saved" "external.$dir.maxuid")" -gt "$before" ]
}

@test "a failure of one search is told with its output, and the others go on" {
  arrive z1@x 'zebra one'
  for box in a b c; do lorelei q -q -O toys -o $box s:zebra; done
  printf 'HTTP/1.0 404 no\r\n\r\nNo results found' >answer
  server answer
  lorelei q -q -O "http://127.0.0.1:$PORT/x/" -o b2 s:zebra
  printf 'HTTP/1.0 403 no\r\n\r\nno' >answer
  arrive z2@x 'zebra two'
  run --separate-stderr lorelei up --all -q -j2
  [ "$status" -eq 1 ]
  [[ "$stderr" == *403*"(output: $PWD/b2)"* ]]
  for box in a b c; do [ "$(files $box)" -eq 2 ]; done
}

@test "a line on the terminal says what is being done; as lei its lines do" {
  need script
  lorelei q -q -O toys -o box s:first
  server silent
  lorelei q -q --max-time=0.1 -O "http://127.0.0.1:$PORT/x/" -o far s:first || true
  TERM=xterm script -qec 'stty cols 300; lorelei up --all -j1 --max-time=2.5' typescript >/dev/null || true
  grep -q "$PWD/far.*1/2 searches" typescript
  ln -s "$LORELEI" lei
  run --separate-stderr ./lei up box
  [[ "$stderr" == *"# "*"toys 0/0"* ]]
}
