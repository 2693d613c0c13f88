# SPDX-License-Identifier: GPL-3.0-or-later
# What tests beside public-inbox and lei share: a sample archive, the reference's index of it, its readers.
# LORELEI, INDEX_DIFF and SAMPLE_MAIL are the programs under test, the judge, and the generator; CTest sets them.
# shellcheck source=tests/cli/common.bash
. "$BATS_TEST_DIRNAME/../cli/common.bash"

# The world of a whole file of tests: archives are made once, tests copy what they change.
world() {
  PATH="$(dirname "${LORELEI:?is the program to test}"):$PATH"
  export HOME="$BATS_FILE_TMPDIR/home" XDG_RUNTIME_DIR="$BATS_FILE_TMPDIR/run" TZ=UTC LC_ALL=C.UTF-8
  export GIT_CONFIG_NOSYSTEM=1 PI_CONFIG="$BATS_FILE_TMPDIR/pi.config"
  mkdir -p "$HOME" && mkdir -m 700 "$XDG_RUNTIME_DIR"
}

# Interop tests share the world of their file.
setup() {
  bats_require_minimum_version 1.5.0
  PATH="$(dirname "${LORELEI:?is the program to test}"):$PATH"
  cd "$BATS_TEST_TMPDIR" || return
}

# A v2 archive without an index: bare_archive DIR EPOCH [COMMIT]; with COMMIT the epoch ends there.
bare_archive() {
  mkdir -p "$1/git"
  cp -a "$2" "$1/git/0.git"
  : >"$1/inbox.lock"  # makes the directory an archive
  [ -z "${3:-}" ] || git --git-dir="$1/git/0.git" update-ref "$(git --git-dir="$2" symbolic-ref HEAD)" "$3"
}

# Lets the epoch of DIR end at COMMIT, as if a fetch had brought it there.
move_to() { git --git-dir="$1/git/0.git" update-ref "$(git --git-dir="$1/git/0.git" symbolic-ref HEAD)" "$2"; }
commit_at() { git --git-dir="$1" rev-list --reverse HEAD | sed -n "${2}p"; }

# An archive of version 1 without an index, of the mail of a sample list: version1_archive DIR [LIST [COUNT]]
# Each message is a commit that adds xx/yyyy..., the SHA-1 of its Message-ID.
version1_archive() {
  [ -e "$1.maildir" ] || "${SAMPLE_MAIL:?writes the sample}" --list="${2:-both}" --format=maildir "$1.maildir"
  [ -e "$1" ] || git init -q --bare --initial-branch=master "$1"
  : >"$1/ssoma.lock"
  (cd "$1.maildir/cur" && perl -MDigest::SHA=sha1_hex -e 'my %seen; my $left = shift // 1e9;
    for my $file (sort glob "*") {
      my ($time) = $file =~ /^(\d+)/;
      open my $in, "<:raw", $file or die $!;
      my $mail = do { local $/; <$in> };
      my ($head) = split /\r?\n\r?\n/, $mail, 2;
      next unless $head =~ /^Message-ID:\s*<([^>]+)>/mi && !$seen{$1}++;
      last if $left-- == 0;
      (my $path = sha1_hex($1)) =~ s!^..!$&/!;
      print "commit refs/heads/master\ncommitter x <x\@example.org> $time +0000\ndata 0\n",
        "M 100644 inline $path\ndata ", length $mail, "\n$mail\n";
    }' ${3:-}) | git --git-dir="$1" fast-import --quiet --force
}

# Registers DIR with the reference and indexes it there: perl_index DIR [LEVEL]
perl_index() {
  local name
  name=$(basename "$1")
  [ -e "$1/msgmap.sqlite3" ] || public-inbox-init -V2 -L "${2:-full}" -j4 "$name" "$1" "http://localhost/$name" "$name@example.org"
  public-inbox-index -j4 "$1"
}

# Message-ids that the reference's library finds in DIR for QUERY, in its order.
perl_search() {
  perl -MPublicInbox::Inbox -e 'my ($dir, $query) = @ARGV;
    my $inbox = PublicInbox::Inbox->new({inboxdir => $dir, name => "x", version => 2});
    my $found = $inbox->search->mset($query, {limit => 100000});
    print "$_->{mid}\n" for @{$inbox->search->mset_to_smsg($inbox, $found)};' "$1" "$2"
}

# The same by lei; its daemon must not keep bats waiting.
lei_search() { lei q --no-save --only "$1" -f jsonl "$2" 2>lei.err 3>&- | sed -n 's/.*"m":"\([^"]*\)".*/\1/p'; }

# A commit on top of the epoch of DIR that takes back the message of COMMIT: delete_message DIR COMMIT
delete_message() (
  export GIT_DIR="$1/git/0.git" GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@example.org
  export GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@example.org
  export GIT_AUTHOR_DATE='1795264496 +0000' GIT_COMMITTER_DATE='1795264496 +0000'
  tree=$(printf '100644 blob %s\td\n' "$(git rev-parse "$2:m")" | git mktree)
  git update-ref "$(git symbolic-ref HEAD)" "$(git commit-tree "$tree" -p HEAD -m rm)"
)

# The epoch of DIR as a purge leaves it: the N-th message is an empty blob, all later commits are new.
purge_message() (
  export GIT_DIR="$1/git/0.git" GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@example.org
  export GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@example.org
  parent=$(commit_at "$GIT_DIR" $(($2 - 1)))
  tree=$(printf '100644 blob %s\tm\n' "$(git hash-object -w --stdin </dev/null)" | git mktree)
  for commit in $(git rev-list --reverse "$parent..HEAD"); do
    [ -n "$tree" ] || tree=$(git rev-parse "$commit^{tree}")
    GIT_AUTHOR_DATE=$(git show -s --format='%at +0000' "$commit") GIT_COMMITTER_DATE=$(git show -s --format='%ct +0000' "$commit")
    export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
    parent=$(git commit-tree "$tree" -p "$parent" -m rewritten)
    tree=''
  done
  git update-ref "$(git symbolic-ref HEAD)" "$parent"
)

# A server of the reference on a socket in the directory of the test, ended with it.
serve() {  # CONFIG
  PI_CONFIG="$PWD/$1" public-inbox-httpd -W0 -l "$PWD/http.sock" -1 "$PWD/http.out" -2 "$PWD/http.err" 3>&- &
  SERVER=$!
  wait_until '[ -S http.sock ]'
}
teardown() { [ -z "${SERVER:-}" ] || kill "$SERVER"; }
http_status() {
  perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Peer => "http.sock") or exit;
    print $s "GET $ARGV[0] HTTP/1.0\r\nHost: localhost\r\n\r\n"; print +(split / /, <$s>)[1]' "$1"
}

# An epoch with the mail of a sample list, written by git alone: sample_epoch REPOSITORY [LIST]
# Each file of a Maildir becomes a commit, in order of arrival; its name starts with the time.
sample_epoch() {
  "${SAMPLE_MAIL:?writes the sample}" --list="${2:-both}" --format=maildir "$1.maildir"
  git init -q --bare --initial-branch=master "$1"
  (cd "$1.maildir/cur" && perl -e 'for my $file (sort glob "*") {
      my ($time) = $file =~ /^(\d+)/;
      open my $in, "<:raw", $file or die $!;
      my $mail = do { local $/; <$in> };
      print "commit refs/heads/master\ncommitter x <x\@example.org> $time +0000\ndata 0\n",
        "M 100644 inline m\ndata ", length $mail, "\n$mail\n";
    }') | git --git-dir="$1" fast-import --quiet
}
