# SPDX-License-Identifier: GPL-3.0-or-later
# The web endpoint from outside: curl hands in what a contributor signed, a script in place of sendmail keeps what goes
# out.
load common
load signed_mail
load endpoint

teardown() { stop_endpoint; }

@test "endpoint: a key is authorised, its patches go out once, and it is revoked" {
  with_key
  start_endpoint
  authorise
  a_patch one.eml
  sed -i 's/^Message-ID/To: list@vger.kernel.org\nCc: "Ann, A." <ann@example.net>\n&/' one.eml
  lorelei sign one.eml
  post "$(submission receive one.eml)"
  [ "$(jq -r .result answer)" = success ]
  wait_until '[ -s sent/2 ]'
  [ "$(head -n 1 sent/2)" = '-i -f devnull+zoe.example.org@endpoint.example -- list@vger.kernel.org ann@example.net' ]
  sed 1d sent/2 >relayed.eml
  grep -q '^X-Original-From: Zoe Tester <zoe@example.org>$' relayed.eml
  lorelei validate relayed.eml
  post "$(submission receive one.eml)"
  [ "$(jq -r .result answer)" = success ]
  [ "$(lorelei endpoint list --config endpoint.conf)" = $'zoe@example.org\tmine\ted25519\tauthorised\tZoe Tester' ]
  lorelei endpoint revoke --config endpoint.conf ZOE@example.org
  a_patch two.eml
  sed -i 's/^Message-ID/To: list@vger.kernel.org\n&/' two.eml
  lorelei sign two.eml
  post "$(submission receive two.eml)"
  [ "$status_line" = 500 ]
  [[ "$(jq -r .message answer)" == *'no such key is authorised'* ]]
  [ ! -e sent/3 ]
}

@test "endpoint: what is no request is answered in plain text" {
  with_key
  start_endpoint
  [ "$(curl -s "$url")" = 'Example: patches are handed in here by POST, with b4 send or lorelei send.' ]
  [ "$(curl -s -d '{"action": "dance"}' "$url")" = 'there is no such action: dance' ]
  [ "$(curl -s -d '{"action": "describe"}' "$url" | jq -r .message)" = 'copies are recognised for 90 days' ]
  post 'no json'
  [ "$status_line" = 500 ]
  [ "$(cat answer)" = 'it is no JSON' ]
  [ "$(curl -s -o /dev/null -w '%{http_code}' "${url%/*}/other")" = 404 ]
}

@test "endpoint: mail that was accepted before a kill goes out after it" {
  with_key
  start_endpoint
  authorise
  echo 'exit 75' >before  # the mail server has no time
  a_patch one.eml
  sed -i 's/^Message-ID/To: list@vger.kernel.org\n&/' one.eml
  lorelei sign one.eml
  post "$(submission receive one.eml)"
  [ "$(jq -r .result answer)" = success ]
  kill -KILL "$endpoint"
  wait "$endpoint" || true
  grep -q '^\[21/Nov/2026:12:34:56 +0000\] .*: waits (mail, 1 recipient)' log
  rm before
  start_endpoint  # it is tried at once, whenever its next try would have been
  wait_until '[ -s sent/2 ]'
  grep -q '^\[21/Nov/2026:12:34:56 +0000\] 1 delivery waits from before, and will be tried now' log
  post "$(submission receive one.eml)"
  [ "$(jq -r .result answer)" = success ]
  [ ! -e sent/3 ]
}

@test "endpoint: two services cannot share a database, and SIGTERM is a good end" {
  start_endpoint
  run --separate-stderr lorelei endpoint serve --config endpoint.conf
  [ "$status" -eq 75 ]
  kill -TERM "$endpoint"
  wait "$endpoint"
}

@test "endpoint: its log is opened again on SIGHUP and SIGUSR1" {
  echo 'log = service.log' >more.conf
  start_endpoint
  post '{"action": "describe"}'
  grep -q 'POST /_b4_submit' service.log
  for signal in HUP USR1; do
    mv service.log "old.$signal"
    kill -"$signal" "$endpoint"
    wait_until '[ -e service.log ]'
    post '{"action": "describe"}'
    [ "$(grep -c 'POST /_b4_submit' service.log)" -eq 1 ]
    [ "$(grep -c 'POST /_b4_submit' "old.$signal")" -eq 1 ]
  done
}

@test "endpoint: only requests to its own names are answered, if it has some" {
  printf 'host = Patches.Example.org\nhost = 127.0.0.1\n' >more.conf
  start_endpoint
  status_of() { curl -s -o /dev/null -w '%{http_code}' "$@" -d '{"action": "describe"}' "$url"; }
  [ "$(status_of)" -eq 200 ]
  [ "$(status_of -H 'Host: patches.example.ORG:8080')" -eq 200 ]
  [ "$(status_of -H 'Host: example.org')" -eq 421 ]
  [ "$(status_of --request-target http://example.org/_b4_submit)" -eq 421 ]
  [ "$(status_of -H 'Host: example.org' --request-target http://patches.example.org/_b4_submit)" -eq 200 ]
}

@test "endpoint: patches go into an archive, with its List-Id" {
  with_key
  lorelei archive import -q --new ./patches </dev/null || true
  echo $'archive = patches\nlistId = patches.example.org' >more.conf
  start_endpoint
  authorise
  a_patch one.eml
  sed -i 's/^Message-ID/To: list@vger.kernel.org\n&/' one.eml
  lorelei sign one.eml
  post "$(submission receive one.eml)"
  [ "$(jq -r .result answer)" = success ]
  wait_until '[ -s sent/2 ]'
  git -C patches/git/0.git show HEAD:m >archived
  grep -q '^List-Id: <patches.example.org>$' archived
  grep -q '^X-Original-From: Zoe Tester <zoe@example.org>$' archived
}

@test "endpoint: settings that cannot be used" {
  run --separate-stderr lorelei endpoint serve
  [ "$status" -eq 2 ]
  printf '[endpoint]\n\tmaxMesage = 3\n' >endpoint.conf
  run --separate-stderr lorelei endpoint serve --config endpoint.conf
  [ "$status" -eq 2 ]
  [[ "$stderr" == *'endpoint.conf:2: endpoint.maxmesage'* ]]
  [[ "$stderr" == *'try: endpoint.maxMessage'* ]]
}
