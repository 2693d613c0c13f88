# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The job of bench/compare.sh about a contributor's branch: looked at, changed, sent and reviewed, beside b4. The caller
# sets what bench/compare.sh sets.
: "${dir=}" "${program=}" "${runs=}" "${tree=}"

# Ten patches on a branch of prep in a tree of 5,000 files, as posted with two reviews each: a mailbox and an archive.
posting_world() {
  patches_world
  cd "$tree" || return
  git config --global sendemail.smtpserver 127.0.0.1
  git config --global b4.send-no-patatt-sign yes
  "$program" prep -q -n ten
  GIT_EDITOR='printf "add one everywhere\n\nIt was one too few.\n\nTo: Mia Maintainer <mia@example.com>\nCc: list@lists.example.org\n" >' \
    "$program" prep -q --edit-cover
  git cherry-pick topic~60..topic~50 >/dev/null
  git branch -q posted
  "$program" send -q -o ../posted >/dev/null
  local mail number
  for mail in ../posted/*.eml; do
    echo 'From mboxrd@z Thu Jan  1 00:00:00 1970'
    cat "$mail"
    echo
    number=${mail##*/}
    for who in 'Rob Reviewer <rob@example.com>' 'Tom Tester <tom@example.net>'; do
      printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: %s\nDate: %s\n' "$who" "$(date -R)"
      printf 'Subject: Re: add one\nMessage-ID: <%s.%s@example.com>\nIn-Reply-To: %s\n\n' "${who%% *}" "${number%%-*}" \
        "$(grep -im1 '^message-id:' "$mail" | sed 's/.*: //')"
      printf 'Good.\n\nReviewed-by: %s\n\n' "$who"
    done
  done >../posted.mbox
  "$program" archive import -q --new "$HOME/archive" <../posted.mbox
  "$program" archive index -q "$HOME/archive"
}
# As it was posted, whoever has changed it.
as_posted() {
  git reset -q --hard posted
  rm -rf .git/filter-repo .git/b4-trailers-ignore.json
}

posting_rows() {  # JOB TITLE OURS THEIRS
  patches_table "$2"
  patches_row "$1" lorelei "$3"
  patches_row "$1" b4 "$4"
}

job_posting() {
  local run
  posting_world
  forget posting-info
  forget posting-cover
  forget posting-editor
  forget posting-send
  forget posting-trailers
  forget posting-archive
  for run in $(seq "$runs"); do
    talk "posting: run $run of $runs"
    timed posting-info lorelei "$program" prep --show-info
    timed posting-info b4 b4 -n --offline-mode prep --show-info
    export GIT_EDITOR="sed -i 's/^It was .*/It was $run too few./'"
    timed posting-cover lorelei "$program" prep -q --edit-cover
    as_posted
    # What of that the editor is.
    cp ../posted/0000-* ../cover 2>/dev/null || cp ../posted/0001-* ../cover
    timed posting-editor lorelei sh -c "$GIT_EDITOR \"\$@\"" "$GIT_EDITOR" ../cover
    timed posting-cover b4 b4 -n -q --offline-mode prep --edit-cover
    as_posted
    rm -rf ../ours ../theirs
    timed posting-send lorelei "$program" send -q -o ../ours
    timed posting-send b4 b4 -n -q --offline-mode send -o ../theirs
    timed posting-trailers lorelei "$program" trailers -q -u --yes --no-stdin --offline -m ../posted.mbox
    as_posted
    timed posting-trailers b4 b4 -n -q --offline-mode trailers -u -m ../posted.mbox
    as_posted
    timed posting-archive lorelei "$program" trailers -q -u --yes --no-stdin --offline -O "$HOME/archive"
    as_posted
  done
  posting_rows posting-info 'a branch of 10 patches in a tree of 5,000 files: prep --show-info' 'lorelei prep' 'b4 prep'
  posting_rows posting-cover 'its cover letter changed: prep --edit-cover' 'lorelei prep' 'b4 prep'
  printf '| the editor of both, alone | %.3f | %.3f | |\n' "$(median "$dir/results/posting-editor.lorelei" 1)" \
    "$(median "$dir/results/posting-editor.lorelei" 2)"
  posting_rows posting-send '10 patches and the letter as files: send -o' 'lorelei send' 'b4 send'
  posting_rows posting-trailers '20 reviews from a mailbox into 10 commits: trailers -u' 'lorelei trailers' 'b4 trailers'
  printf '| lorelei trailers, from an archive here | %.3f | %.3f | |\n' "$(median "$dir/results/posting-archive.lorelei" 1)" \
    "$(median "$dir/results/posting-archive.lorelei" 2)"
}
