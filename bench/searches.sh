# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The jobs of bench/compare.sh about saved searches: ours, a cold process each time, beside lei with a warm daemon.
#
# Each tool has a home of its own and saves its own searches. Memory of lei is that of its daemons when the job is done,
# where they stay. The caller sets what bench/compare.sh sets.
: "${dir=}" "${root=}" "${program=}" "${runs=}" "${ours=}" "${words=}"

# Some 1,300 messages of the bundle of linux-block that the tables are made from.
delivered='d:2025-02-01..2025-03-07'

# Where mail goes: another place each time, removed when all is measured. ext4 looks at each inode that was deleted in
# the last minutes before it makes a file, which costs the next run more than its delivery.
trap 'rm -rf "$dir/boxes.$$"' EXIT

us() { env HOME="$dir/home-ours" XDG_RUNTIME_DIR="$dir/run-ours" "$@"; }
them() { env HOME="$dir/home-lei" XDG_RUNTIME_DIR="$dir/run-lei" "$@"; }
us_q() { us "$program" "$@"; }
them_q() { them lei "$@" 3>&-; }

searches_world() {
  local home
  boxes=$dir/boxes.$$/${FUNCNAME[1]}
  them lei daemon-kill >/dev/null 2>&1 || true
  rm -rf "$dir"/{home,run}-{ours,lei}
  for home in ours lei; do
    mkdir -p "$dir/home-$home" "$dir/run-$home" "$boxes/$home"
    chmod 700 "$dir/run-$home"
    git config --file "$dir/home-$home/.gitconfig" credential.helper \
      '!f() { echo username=joe; echo password=secret; }; f'
  done
  if [ ! -d "$dir/runs/ours/xap15" ]; then
    archive_of ours "$dir/runs/ours" "$dir/small.git"
    "${ours[@]}" "$dir/runs/ours" >/dev/null 2>&1
  fi
  them_q init >/dev/null 2>&1
  them_q q -q --no-save --only "$dir/runs/ours" -f json -n 1 s:block >/dev/null 2>&1
}
# Memory of lei's daemons, MiB.
daemons_mib() {
  local pid
  for pid in $(pgrep -f '^lei-daemon|^lei/store' || true); do
    awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null || true
  done | awk '{ s += $1 } END { printf "%.0f", s / 1024 }'
}

search_table() { printf '\n### %s\n\n| tool | wall s | messages/s | peak PSS MiB | wall / ours |\n|---|---|---|---|---|\n' "$1"; }
search_row() {  # JOB TOOL NAME MESSAGES MEMORY
  local wall
  wall=$(median "$dir/results/$1.$2" 1)
  printf '| %s | %.3f | %s | %s | %s |\n' "$3" "$wall" "$(awk -v n="$4" -v s="$wall" 'BEGIN { if (n) printf "%.0f", n / s; else print "-" }')" \
    "$5" "$(quotient "$wall" "$(median "$dir/results/$1.lorelei" 1)")"
}
# The measured command runs in a home: in_home us|them HOW JOB TOOL COMMAND...
in_home() {
  local whose=$1 how=$2 job=$3 tool=$4
  shift 4
  "$how" "$job" "$tool" env HOME="$dir/home-$whose" XDG_RUNTIME_DIR="$dir/run-$whose" "$@" 3>&-
}
deliver_ours() { in_home ours "$1" "$2" lorelei "$program" q -q -O "$dir/runs/ours" -o "$3" "$delivered"; }
deliver_lei() { in_home lei "$1" "$2" lei lei q -q -O "$dir/runs/ours" -o "$3" "$delivered"; }

# ---- deliver: to a new saved Maildir and a new saved mbox ----

job_deliver() {
  local run kind count memory
  searches_world
  for kind in maildir mboxrd; do
    forget "$kind"
    for run in $(seq "$runs"); do
      talk "deliver: $kind, run $run of $runs"
      sync -f "$dir"
      deliver_ours timed "$kind" "$kind:$boxes/ours/$kind$run"
      sync -f "$dir"
      deliver_lei timed "$kind" "$kind:$boxes/lei/$kind$run"
    done
    deliver_ours watched "$kind" "$kind:$boxes/ours/$kind-watched"
    memory=$(median "$dir/results/$kind.lorelei.memory" 3)
    count=$(us_q q -f jsonl -n 100000 --no-save --only "$dir/runs/ours" "$delivered" 2>/dev/null | grep -c '"m":')
    search_table "$count messages into a new saved $kind"
    search_row "$kind" lorelei 'lorelei, durable' "$count" "$memory"
    search_row "$kind" lei 'lei, not synced' "$count" "$(daemons_mib), stays"
  done
  them_q daemon-kill >/dev/null 2>&1 || true
}

# ---- update: 30 saved searches with nothing new ----

job_update() {
  local run word memory
  local subjects=(bio blk-mq bcache loop nvme zram null_blk ublk sbitmap rnbd drbd nbd dm md raid1 raid5 zoned elevator
    bfq kyber mq-deadline cgroup iocost wbt throttle integrity partition sed-opal scsi floppy)
  searches_world
  forget update
  for word in "${subjects[@]}"; do
    us_q q -q -O "$dir/runs/ours" -o "$boxes/ours/$word" "s:$word" >/dev/null 2>&1
    them_q q -q -O "$dir/runs/ours" -o "$boxes/lei/$word" "s:$word" >/dev/null 2>&1
  done
  for run in $(seq "$runs"); do
    talk "update: run $run of $runs"
    in_home ours timed update lorelei "$program" up -q --all
    in_home lei timed update lei lei up -q --all
  done
  in_home ours watched update lorelei "$program" up -q --all
  memory=$(median "$dir/results/update.lorelei.memory" 3)
  search_table "up --all: ${#subjects[@]} saved searches, $(find "$boxes/ours" -type f | wc -l) messages in them, nothing new"
  search_row update lorelei lorelei 0 "$memory"
  search_row update lei lei 0 "$(daemons_mib), stays"
  them_q daemon-kill >/dev/null 2>&1 || true
}

# ---- imap: to a new mailbox of Dovecot on loopback ----

imap_deliveries() {  # JOB TITLE
  local run count=0 memory server=$dir/dovecot port
  # shellcheck disable=SC1090
  port=$("$root/tests/interop/dovecot" start "$server" / | sed -n 's/^IMAP_PORT=//p')
  forget "$1"
  for run in $(seq "$runs"); do
    talk "$1: run $run of $runs"
    sync -f "${TMPDIR:-/tmp}"
    deliver_ours timed "$1" "imap://joe@127.0.0.1:$port/ours$run"
    sync -f "${TMPDIR:-/tmp}"
    deliver_lei timed "$1" "imap://joe@127.0.0.1:$port/lei$run"
  done
  deliver_ours watched "$1" "imap://joe@127.0.0.1:$port/watched"
  for run in "ours$runs" "lei$runs"; do
    count=$(curl -s "imap://joe:secret@127.0.0.1:$port/" -X "STATUS $run (MESSAGES)" | tr -dc '0-9 ' | awk '{ print $NF }')
    talk "$run: $count messages"
  done
  memory=$(median "$dir/results/$1.lorelei.memory" 3)
  search_table "$2"
  search_row "$1" lorelei lorelei "$count" "$memory"
  search_row "$1" lei lei "$count" "$(daemons_mib), stays"
  "$root/tests/interop/dovecot" stop "$server"
  rm -rf "$server"
}
job_imap() {
  searches_world
  imap_deliveries imap 'Into a new saved mailbox of Dovecot on loopback'
  export DOVECOT_CONFIG='mail_fsync = never'
  imap_deliveries imap-unsynced 'The same, and Dovecot does not sync'
  unset DOVECOT_CONFIG
  them_q daemon-kill >/dev/null 2>&1 || true
}

# ---- commands: what works on this machine alone ----

job_commands() {
  local run job=0 word line id patch=$dir/a.patch
  searches_world
  for word in bio blk-mq bcache loop nvme; do
    us_q q -q -O "$dir/runs/ours" -o "$boxes/ours/$word" "s:$word" >/dev/null 2>&1
    them_q q -q -O "$dir/runs/ours" -o "$boxes/lei/$word" "s:$word" >/dev/null 2>&1
  done
  us_q add-external -q "$dir/runs/ours"
  them_q add-external -q "$dir/runs/ours"
  us_q q -f mboxrd -n 1 --no-save 's:patch AND dfn:block/blk-mq.c' >"$patch" 2>/dev/null
  id=$(sed -n 's/^Message-I[dD]: *<\(.*\)>.*/\1/p' "$patch" | head -n 1)
  printf '\n### Commands that need nothing but this machine\n\n| command | lorelei ms | lei ms | ratio |\n|---|---|---|---|\n'
  while read -r line; do
    job=$((job + 1))
    forget "command$job"
    read -ra words <<<"$line"
    for run in $(seq $((runs * 4))); do
      in_home ours timed "command$job" lorelei "$program" "${words[@]}"
      in_home lei timed "command$job" lei lei "${words[@]}"
    done
    # shellcheck disable=SC2016  # of Markdown
    printf '| `%s` | %.1f | %.0f | %.1f |\n' "${line/$dir\//}" \
      "$(awk -v s="$(median "$dir/results/command$job.lorelei" 1)" 'BEGIN { print s * 1000 }')" \
      "$(awk -v s="$(median "$dir/results/command$job.lei" 1)" 'BEGIN { print s * 1000 }')" \
      "$(quotient "$(median "$dir/results/command$job.lei" 1)" "$(median "$dir/results/command$job.lorelei" 1)")"
  done <<END
ls-search
ls-search -l
ls-external
ls-label
config --list
q -f jsonl --no-save m:$id
lcat <$id>
p2q $patch
tag +L:x $patch
import $patch
END
  them_q daemon-kill >/dev/null 2>&1 || true
}
