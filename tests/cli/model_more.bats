#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# lorelei model: coverage, explanations, dumps, limits, and the options of TLC.
load common

# NAME BODY-OF-MODULE [CFG]
module() {
  printf -- '---- MODULE %s ----\n%s\n====\n' "$1" "$2" >"$1.tla"
  printf '%s\n' "${3-SPECIFICATION Spec}" >"$1.cfg"
}

counter() {
  module Counter 'EXTENDS Naturals, TLC
VARIABLE x
Init == x = 0
Step == x < '"${1-3}"' /\ x'"'"' = x + 1
Back == x > 100 /\ x'"'"' = 0
Next == Step \/ Back
Spec == Init /\ [][Next]_x'
}

@test "coverage has each step, and conditions that never changed" {
  counter
  for option in --coverage '-coverage 1'; do
    # shellcheck disable=SC2086
    run -0 --separate-stderr lorelei model -deadlock $option Counter.tla
    [[ "${lines[0]}" == "Counter: holds: 4 states, 4 steps, depth 4" ]]
    [[ "$output" == *"Step  Counter.tla:5           3      3"* ]]
    [[ "$output" == *"Back  Counter.tla:6           0  never"* ]]
    [[ "$output" == *"Counter.tla:6: never true, of 4 times:  x > 100"* ]]
  done
  run -0 --separate-stderr lorelei model -deadlock --coverage --json Counter.tla
  python3 -c 'import json,sys; v=json.loads(sys.argv[1])["coverage"]
assert [(s["step"], s["line"], s["distinct"], s["generated"]) for s in v["steps"]] == [("Step", 5, 3, 3), ("Back", 6, 0, 0)]
assert v["conditions"] == [{"file": "Counter.tla", "line": 6, "text": "x > 100", "never": True, "asked": 4}], v' "$output"
}

@test "explain says what each step does" {
  module Lock '(* --algorithm Lock
variables held = FALSE, users = {};
procedure lock() begin
  try: if ~held then
         held := TRUE;
         return;
       else
         goto try;
       end if;
end procedure;
process p \in {1, 2}
variables tries = 0;
begin
  enter: call lock();
  use: either
         with u \in {3, 4} do users := users \cup {u}; end with;
       or
         await users = {};
         tries := 1;
       end either;
  end_: assert held;
end process;
end algorithm *)'
  sed -i '1a EXTENDS TLC, Sequences' Lock.tla
  run -0 --separate-stderr lorelei model --explain Lock.tla
  expected='lock.try  (line 6)
  reads held
  writes held
  if ~held
    held := TRUE
    returns
  else
    goes on at lock.try

enter  (line 16)
  calls lock
  goes on at lock.try

use  (line 17)
  reads users
  writes users, tries
  either
    takes any u of {3, 4}
    users := users \cup {u}
  or
    waits until users = {}
    tries := 1
  goes on at end_

end_  (line 23)
  reads held
  fails unless held
  ends'
  diff <(echo "$expected") <(echo "$output")
}

@test "all states are written, as TLA+ or as a graph, and nothing is overwritten" {
  counter
  run -0 --separate-stderr lorelei model -deadlock -dump states Counter.tla
  [ "$(grep -c '^State ' states.dump)" -eq 4 ]
  [ "$(sed -n 2p states.dump)" = '/\ x = 0' ]
  run -6 lorelei model -deadlock -dump states Counter.tla
  run -0 lorelei model -deadlock -dump states --overwrite Counter.tla
  run -0 lorelei model -deadlock -dump dot,colorize,actionlabels graph Counter.tla
  diff - graph.dot <<'DOT'
digraph "Counter" {
  node [shape=box, fontname=monospace];
  edge [colorscheme=paired12];
  1 [label="/\\ x = 0", style=filled];
  2 [label="/\\ x = 1"];
  3 [label="/\\ x = 2"];
  4 [label="/\\ x = 3"];
  1 -> 2 [label="Step", color=1, fontcolor=1];
  2 -> 3 [label="Step", color=1, fontcolor=1];
  3 -> 4 [label="Step", color=1, fontcolor=1];
}
DOT
  run -2 lorelei model -dump dot,snapshot other Counter.tla
  counter 10000
  run lorelei model -deadlock -dump dot large Counter.tla
  [ "$status" -ne 0 ] && [[ "$output" == *"more than 10000"*"--large"* ]]
  [ ! -e large.dot ]
  run -0 lorelei model -deadlock --large -dump dot large Counter.tla
  [ "$(grep -c label large.dot)" -eq 10001 ]
}

@test "integers of 32 bits and the largest set that is enumerated can be asked for" {
  module Big 'EXTENDS Naturals, FiniteSets
VARIABLE x
Init == x = 2147483647
Next == x'"'"' = x + 1
Spec == Init /\ [][Next]_x
Small == x < 10 \/ x = 2147483647
Many == \A s \in SUBSET (1..8) : Cardinality(s) < 9' 'SPECIFICATION Spec
CONSTRAINT Small'
  run -0 --separate-stderr lorelei model -deadlock Big.tla
  run -75 --separate-stderr lorelei model -deadlock --int32 Big.tla
  [[ "$output" == *"2147483647 + 1 does not fit into 32 bits"* ]]
  printf 'SPECIFICATION Spec\nCONSTRAINT Small\nINVARIANT Many\n' >Big.cfg
  run -0 --separate-stderr lorelei model -deadlock Big.tla
  run lorelei model -deadlock -maxSetSize 200 Big.tla
  [ "$status" -ne 0 ] && [[ "$output" == *"more than 200 elements"* ]]
}

@test "options of TLC that mean nothing here are accepted" {
  counter
  before=$(ls)
  run -0 lorelei model -deadlock -cleanup -gzip -terse -difftrace -noGenerateSpecTE -fp 12 -fpbits 1 -fpmem .5 \
    -metadir states -checkpoint 0 -lncheck final -userFile out Counter.tla
  [[ "${lines[-1]}" == "Counter: holds: 4 states, 4 steps, depth 4" ]]
  [ "$(ls)" = "$before" ]
}

@test "editors read the messages of -tool" {
  counter
  run -11 --separate-stderr lorelei model -tool Counter.tla
  [[ "$output" == *'@!@!@STARTMSG 2114:1 @!@!@'*'Deadlock reached.'*'@!@!@ENDMSG 2114 @!@!@'* ]]
  [[ "$output" == *'@!@!@STARTMSG 2217:4 @!@!@
2: <Step line 5, col 9 to line 5, col 27 of module Counter>
/\ x = 1'* ]]
  run -0 --separate-stderr lorelei model -deadlock -tool Counter.tla
  [[ "$output" == *'STARTMSG 2193:0'*'4 states generated, 4 distinct states found, 0 states left on queue.'*'STARTMSG 2186:0'* ]]
}

@test "--json of what cannot be checked says where and why" {
  printf -- '---- MODULE Wrong ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = y\nNext == x\x27 = 1\nSpec == Init /\\ [][Next]_x\n====\n' >Wrong.tla
  run -150 --separate-stderr lorelei model --json Wrong.tla
  [[ "$stderr" == *'Wrong.tla:4:13: error:'* ]]
  python3 -c 'import json,sys; v=json.loads(sys.argv[1])
assert v["model"] == "Wrong" and v["outcome"] == "wrong-specification" and v["exit"] == 150 and v["why"]
assert [(e["file"], e["line"], e["column"]) for e in v["errors"]] == [("Wrong.tla", 4, 13)] and v["errors"][0]["text"]' "$output"
  sed -i 's/= y/= 0/' Wrong.tla
  echo 'INVARIANT Nothing' >Wrong.cfg
  run -151 --separate-stderr lorelei model --json Wrong.tla
  python3 -c 'import json,sys; v=json.loads(sys.argv[1]); assert v["outcome"] == "wrong-config" and v["exit"] == 151' "$output"
  run -3 --separate-stderr lorelei model --json Nowhere.tla
  python3 -c 'import json,sys; v=json.loads(sys.argv[1]); assert v["outcome"] == "stopped" and v["exit"] == 3 and v["why"]' "$output"
}

algorithm() {  # NAME EXTENDS STATEMENT...
  printf -- '---- MODULE %s ----\nEXTENDS %s\n(* --algorithm %s\nvariables r = [owner |-> 0, cnt |-> 0], q = <<0, 0>>, x = 1;\nbegin\n' \
    "$1" "$2" "$1" >"$1.tla"
  printf '  %s;\n' "${@:3}" >>"$1.tla"
  printf 'end algorithm; *)\n====\n' >>"$1.tla"
}

@test "an element that is set and is not there is told, wherever it is, once" {
  algorithm Set Naturals 'a: r.onwer := 1' 'b: q[3] := 9 || x := 2' 'c: r := [r EXCEPT !.cnt = 1]' 'd: goto a'
  for how in '' --simulate=num=20; do
    run --separate-stderr lorelei model --no-spinning $how Set.tla
    [[ "$stderr" == *'Set.tla:6:6: warning: it sets an element that is not there'*'a: r.onwer := 1;'*'Set.tla:7:6: warning:'* ]]
    [ "$(grep -c warning: <<<"$stderr")" -eq 2 ]
  done
  run --separate-stderr lorelei model --no-spinning --no-warnings Set.tla
  [[ "$stderr" != *warning:* ]]
}

@test "translate says which modules other tools miss" {
  algorithm Says 'Naturals' 'a: assert x = 1'
  run -0 --separate-stderr lorelei model translate Says.tla
  [[ "$stderr" == *'Says.tla:1:13: warning: for other tools it has to extend TLC'*'try: EXTENDS TLC'* ]]
  algorithm Says 'Naturals, TLC' 'a: assert x = 1'
  run -0 --separate-stderr lorelei model translate Says.tla
  [ -z "$stderr" ]
  run -0 lorelei model --use-translation Says.tla
  algorithm Says Naturals 'a: assert x = 1'
  sed -i '2a LOCAL INSTANCE TLC' Says.tla
  run -0 --separate-stderr lorelei model translate Says.tla
  [ -z "$stderr" ]
  run -0 lorelei model --use-translation Says.tla
}

@test "who writes C is told what it is here" {
  while IFS='@' read -r statement hint; do
    algorithm C Naturals "a: $statement"
    run -150 --separate-stderr lorelei model C.tla
    [[ "$stderr" == *"try: $hint"* ]] || { echo "$statement: $stderr"; return 1; }
  done <<'END'
await x == 0@equal is =
await x = 0 && x >= 0@and is
await (x = 0) || (x = 1)@or is
await x != 5@not equal is
await !(x = 1)@not is ~
x++@x := x + 1
// read it@a comment begins with
/* read it */ skip@a comment begins with
await Len(q) = 2@EXTENDS Sequences
END
}

@test "a step that fails is told with its process, and prints nothing twice" {
  cat >Fails.tla <<'END'
---- MODULE Fails ----
EXTENDS Naturals, Sequences, TLC
(*--algorithm Fails
variables x = 0, q = <<>>;
process w \in {"a", "b"}
begin
  one: print x;
       x := x + 1;
  two: assert x < 2;
end process;
end algorithm; *)
====
END
  run -14 --separate-stderr lorelei model Fails.tla
  [[ "$output" == *'  and then w["a"] fails in the step two (line 9)' ]]
  [ "$(grep -c '^0$' <<<"$output")" = 0 ] && [ "$(grep -c '^0$' <<<"$stderr")" = 2 ]  # by either of them, first
  run -14 --separate-stderr lorelei model --json Fails.tla
  [[ "$output" == *'"failed_in":{"process":"w[\"a\"]","label":"two","action":"two","line":9}'* ]]
  run -14 --separate-stderr lorelei model simulate Fails.tla
  [[ "$output" == *'fails in the step two (line 9)'* ]]
  cat >Raw.tla <<'END'
---- MODULE Raw ----
EXTENDS Naturals, Sequences
VARIABLE x
Init == x = 0
Up(n) == x' = x + n
Bad(n, m) == x > 2 /\ x' = Head(<<>>) + n
Next == \E n \in {1, 2} : Up(n) \/ \E m \in {7} : Bad(n, m)
====
END
  printf 'INIT Init\nNEXT Next\n' >Raw.cfg
  run -75 --separate-stderr lorelei model Raw.tla
  [[ "$output" == *'and then it fails in the step Bad(1, 7) (line 6)' ]]
}

@test "a deadlock says how it is allowed" {
  printf -- '---- MODULE End ----\nVARIABLE x\nInit == x = 0\nNext == x < 0 /\\ x%s = 0\n====\n' "'" >End.tla
  printf 'INIT Init\nNEXT Next\n' >End.cfg
  sed -i '1a EXTENDS Naturals' End.tla
  run -11 --separate-stderr lorelei model End.tla
  [[ "$output" == *'(if it may stop there: --no-deadlock, or CHECK_DEADLOCK FALSE in the .cfg)' ]]
  run -0 lorelei model --no-deadlock End.tla
  echo 'CHECK_DEADLOCK FALSE' >>End.cfg
  run -0 lorelei model End.tla
}

@test "a mistyped .cfg says what was meant" {
  algorithm C Naturals 'a: skip'
  while IFS='@' read -r line hint; do
    echo "$line" >C.cfg
    run -151 --separate-stderr lorelei model C.tla
    [[ "$stderr" == *"try: $hint"* ]] || { echo "$line: $stderr"; return 1; }
    [ "$(grep -c 'error:' <<<"$stderr")" = 1 ]
  done <<'END'
INVARIENT Inv@did you mean INVARIANT?
invariants Inv@did you mean INVARIANTS?
INVARIANTS PROPERTYS@did you mean PROPERTY?
LIVENESS Live@PROPERTY is the word for it
DEADLOCK FALSE@CHECK_DEADLOCK is the word for it
INVARIANT x > 1@behind INVARIANT stand names
PROPERTY []<>TRUE@behind PROPERTY stand names
CONSTANT N <- 3@N = 3, if it is a value
CONSTANT N@N = 3, or N <- Definition
SPECIFICATION@SPECIFICATION Name
END
}

@test "translate keeps the line ends of a file" {
  algorithm Dos Naturals 'a: x := 1'
  sed -i 's/$/\r/' Dos.tla
  for _ in 1 2; do
    run -0 --separate-stderr lorelei model translate Dos.tla
    [ "$(grep -c 'TRANSLATION' Dos.tla)" = 2 ]
    [ "$(grep -vc $'\r$' Dos.tla)" = 0 ]
    run -0 --separate-stderr lorelei model --use-translation Dos.tla
    [[ "$stderr" != *warning* ]]
  done
}

@test "a module whose file has another name is told" {
  algorithm One Naturals 'a: skip'
  mv One.tla Two.tla
  run -0 --separate-stderr lorelei model Two.tla
  [[ "$stderr" == *'Two.tla:1:13: warning: module One is in the file of module Two'* ]]
}
