# SPDX-License-Identifier: GPL-3.0-or-later
# The frame around all commands: names, help, exit statuses, what happens to standard output.
load common

@test "--version is one line" {
  run --separate-stderr lorelei --version
  [ "$status" -eq 0 ]
  [[ "$output" =~ ^lorelei\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
  [ -z "$stderr" ]
}

@test "--help lists the commands and the exit statuses on stdout" {
  run --separate-stderr lorelei --help
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [[ "$output" == "usage: lorelei"*"  help  "*"Exit status:"*"  75  "* ]]
  [ "$output" = "$(lorelei help)" ]
  [ "$output" = "$(lorelei -h)" ]
}

@test "help VERB and VERB --help are the same text" {
  run lorelei help completion
  [ "$status" -eq 0 ]
  [ "$output" = "$(lorelei completion --help)" ]
  [[ "$output" == "usage: lorelei completion [options] bash|zsh"*"Examples:"*"-q, --quiet"* ]]
}

@test "help query shows what may stand in a query, and each example is one" {
  run --separate-stderr lorelei help query
  [ "$status" -eq 0 ]
  [[ "$output" == *"Text of patches"*"dfhh:floppy_*"*"rt:1.month.ago.."* ]]
  lorelei archive import -q ./list </dev/null
  lorelei archive index -q ./list
  examples=$(sed -n 's/^  \([a-z]\+:"[^"]*"\|[a-z]\+:{[^}]*}\|[a-z]\+:[^ ]\+\).*/\1/p' <<<"$output" | grep -v '^s:(')
  [ "$(wc -l <<<"$examples")" -ge 30 ]
  while read -r example; do
    lorelei q --only ./list --stdin <<<"$example" || { echo "example: $example"; false; }
  done <<<"$examples"
}

@test "every command of the list has help, and the help has its options" {
  mapfile -t verbs < <(lorelei --help | sed -n 's/^  \([a-z][a-z-]*\( [a-z]\+\)\?\)  .*/\1/p')
  [ "${#verbs[@]}" -gt 0 ]
  for verb in "${verbs[@]}"; do
    run lorelei help $verb
    [ "$status" -eq 0 ] || { echo "no help for $verb"; false; }
    [[ "$output" == "usage: lorelei $verb"*"Examples:"*"As for every command:"* ]]
    run lorelei help --adoc $verb
    [[ "$output" == "= lorelei-${verb// /-}(1)"*"== OPTIONS"*"== EXIT STATUS"* ]]
  done
}

@test "an unknown command is a usage error that names the nearest" {
  run --separate-stderr lorelei hlep
  [ "$status" -eq 2 ]
  [ -z "$output" ]
  [ "$stderr" = "lorelei: cannot run 'hlep': there is no such command
  try: lorelei help" ]
}

@test "an unknown option is a usage error that names the nearest" {
  run --separate-stderr lorelei help --adco
  [ "$status" -eq 2 ]
  [ "$stderr" = "lorelei help: cannot use '--adco': there is no such option
  try: --adoc" ]
}

@test "too few and too many operands are usage errors with the synopsis" {
  run --separate-stderr lorelei completion
  [ "$status" -eq 2 ]
  [ "$stderr" = "lorelei completion: cannot start: bash|zsh is missing
  try: lorelei completion [options] bash|zsh" ]
  run --separate-stderr lorelei completion bash zsh
  [ "$status" -eq 2 ]
  [[ "$stderr" == "lorelei completion: cannot use 'zsh': it is one too many"* ]]
}

@test "no command at all is a usage error" {
  run --separate-stderr lorelei
  [ "$status" -eq 2 ]
  [[ "$stderr" == "lorelei: cannot start: no command was given"*"lorelei --help"* ]]
}

@test "-C changes the directory, before the verb and after it, and says so if it cannot" {
  run --separate-stderr lorelei -C nowhere help
  [ "$status" -eq 3 ]
  [[ "$stderr" == "lorelei: cannot go to the directory 'nowhere': No such file or directory"* ]]
  run --separate-stderr lorelei help -C nowhere
  [ "$status" -eq 3 ]
}

@test "-c wants a section and a name" {
  run --separate-stderr lorelei -c nonsense help
  [ "$status" -eq 2 ]
  run lorelei -c lorelei.x=y help
  [ "$status" -eq 0 ]
}

@test "a malformed LORELEI_NOW is a usage error" {
  LORELEI_NOW=yesterday run --separate-stderr lorelei help
  [ "$status" -eq 2 ]
  [[ "$stderr" == "lorelei: cannot understand LORELEI_NOW 'yesterday'"* ]]
}

@test "a full or closed standard output is an error, not silence" {
  run --separate-stderr bash -c 'lorelei help >/dev/full'
  [ "$status" -eq 1 ]
  [[ "$stderr" == "lorelei: cannot write 'standard output': No space left on device"* ]]
  run --separate-stderr bash -c 'lorelei help >&-'
  [ "$status" -eq 1 ]
  [[ "$stderr" == "lorelei: cannot write 'standard output': Bad file descriptor"* ]]
}

@test "a reader that has gone ends the program without a word" {
  run --separate-stderr bash -c 'trap "" PIPE; { sleep 0.1; lorelei help; echo "$?" >status; } | true'
  [ -z "$stderr" ]
  [ "$(cat status)" -eq 141 ]
}

@test "control characters of an argument do not reach the terminal" {
  run --separate-stderr lorelei $'\e[31mx'
  [ "$status" -eq 2 ]
  [[ "$stderr" != *$'\e'* ]]
}

@test "libraries that cost time to load are not linked, but opened on first use" {
  run ldd "$LORELEI"
  [ "$status" -eq 0 ]
  [[ "$output" != *libgit2* && "$output" != *libcrypto* && "$output" != *libcurl* ]]
}

@test "_complete says what may stand at the end of a line" {
  [ "$(lorelei _complete lorelei ls-l)" = ls-label ]
  [ "$(lorelei _complete lorelei q --form)" = --format ]
  [ "$(lorelei _complete --shell=bash lorelei q --sort=rel)" = "nothing
--sort=relevance" ]
  [ "$(lorelei _complete --shell=zsh lorelei q --form)" = "nothing
--format:list, json, jsonl, concatjson, text, mboxrd, mboxo, mboxcl or mboxcl2" ]
  lorelei add-external -q https://example.com/ibx
  [ "$(lorelei _complete lorelei forget-external https:)" = https://example.com/ibx/ ]
  [ "$(lorelei _complete lorelei q --only=https)" = --only=https://example.com/ibx/ ]
  [ "$(lorelei _complete lorelei add-external http)" = https://example.com/ ]
  run lorelei _complete lorelei nothing-like-this ''
  [ "$status" -eq 0 ] && [ -z "$output" ]
}

@test "completion in a real bash knows the saved searches" {
  printf 'From: a@b\nSubject: dog\nMessage-ID: <d@b>\n\nwow\n' | lorelei import -F eml -
  lorelei q -q -o "$HOME/Mail/dogs" s:dog
  run bash -c 'source <(lorelei completion bash); COMP_LINE="lorelei up "; COMP_POINT=11; _lorelei; printf "%s\n" "${COMPREPLY[@]}"'
  [[ "$output" == *"$HOME/Mail/dogs"* ]]
}
