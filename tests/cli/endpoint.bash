# SPDX-License-Identifier: GPL-3.0-or-later
# A web endpoint on loopback, and what a contributor does with it. What it sends is kept in sent/N: the words of the
# command in the first line, then the mail.

start_endpoint() {
  need curl
  need jq
  mkdir -p sent
  cat >sendmail <<'END'
#!/bin/sh
[ -e before ] && . ./before
n=1
while [ -e "sent/$n" ]; do n=$((n + 1)); done
{ echo "$*" && cat; } >sending && mv sending "sent/$n"
END
  chmod +x sendmail
  cat >endpoint.conf <<END
[endpoint]
listen = 127.0.0.1:0
name = Example
domain = endpoint.example
database = endpoint.sqlite3
sendmail = $PWD/sendmail
END
  if [ -e more.conf ]; then cat more.conf >>endpoint.conf; fi
  lorelei endpoint serve --config endpoint.conf 2>log 3>&- 4>&- &
  endpoint=$!
  wait_until 'grep -q "^listening on" log'
  url=http://$(sed -n 's/^listening on //p' log)/_b4_submit
}
stop_endpoint() {
  if [ -n "${endpoint:-}" ]; then kill -KILL "$endpoint" 2>/dev/null || true; fi
}

post() {  # BODY; leaves status_line and the file answer
  status_line=$(printf '%s' "$1" | curl -s -o answer -w '%{http_code}' --data-binary @- "$url")
}
submission() {  # ACTION FILE...
  local action=$1
  shift
  jq -n --arg action "$action" '{action: $action, messages: [$ARGS.positional[]]}' --args "$(cat "$1"; printf x)" |
    jq '.messages |= map(.[:-1])'
}

# The key of with_key: its challenge arrives as mail 1.
authorise() {
  post "$(jq -n --arg key "$(cat "$HOME"/.local/share/patatt/public/mine.pub)" \
    '{action: "auth-new", name: "Zoe Tester", identity: "zoe@example.org", selector: "mine", pubkey: $key}')"
  [ "$(jq -r .result answer)" = success ]
  wait_until '[ -s sent/1 ]'
  cat >verify.eml <<END
From: Zoe Tester <zoe@example.org>
Subject: b4-send-verify
Message-ID: <verify@example.org>

verify:$(sed -n 's/.*--web-auth-verify //p' sent/1)
END
  lorelei sign verify.eml
  post "$(jq -n --rawfile mail verify.eml '{action: "auth-verify", msg: $mail}')"
  [ "$(jq -r .result answer)" = success ]
}
