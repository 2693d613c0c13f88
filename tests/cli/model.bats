#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# lorelei model: verdicts, exit statuses and traces, and that our own protocols hold.
load common

# NAME BODY-OF-MODULE [CFG]
module() {
  printf -- '---- MODULE %s ----\n%s\n====\n' "$1" "$2" >"$1.tla"
  printf '%s\n' "${3-SPECIFICATION Spec}" >"$1.cfg"
}

@test "what a new model is holds, and without its lock it does not" {
  lorelei model new join.tla
  run -0 lorelei model join.tla
  [[ "$output" == "join: holds: "* ]]
  sed -i 's/await lock = 0; .*/skip;/' join.tla
  run -12 --separate-stderr lorelei model join.tla
  [[ "${lines[0]}" == "join: the invariant Mutex does not hold" ]]
  [[ "$output" == *"thread["*"acquire"*"lock: 0 -> "*"acquire"* ]]
}

@test "new overwrites nothing" {
  echo mine >join.cfg
  run -6 lorelei model new join.tla
  [ "$(cat join.cfg)" = mine ]
  [ ! -e join.tla ]
  run -2 lorelei model new no-module.tla
}

@test "a deadlock names who waits where and for what" {
  module Two '(* --algorithm Two
variables a = 0, b = 0;
process left = "l" begin
  x: await a = 0; a := 1;
  y: await b = 0; b := 1;
  z: a := 0; b := 0;
end process;
process right = "r" begin
  p: await b = 0; b := 2;
  q: await a = 0; a := 2;
end process;
end algorithm *)'
  run -11 --separate-stderr lorelei model Two.tla
  [[ "$output" == *"left is at y"*"waits for  b = 0"*"b = 2"* ]]
  [[ "$output" == *"right is at q"*"waits for  a = 0"* ]]
  run -0 lorelei model -deadlock Two.tla
  run -11 --separate-stderr lorelei model --json Two.tla
  python3 -c 'import json,sys; v=json.loads(sys.argv[1]); assert v["outcome"] == "deadlock" and v["exit"] == 11
assert sorted(s["label"] for s in v["trace"][1:]) == ["p", "x"], v["trace"]
assert {s["process"]: s["waits_for"] for s in v["stuck"]} == {"left": "b = 0", "right": "a = 0"}' "$output"
}

@test "a spin deadlock is found, and is none for who does not ask for it" {
  module Spin 'EXTENDS Naturals
(* --algorithm Spin
variables lock = 1;
process p \in 1..2 begin
  a: if lock /= 0 then goto a; end if;
end process;
end algorithm *)'
  run -11 --separate-stderr lorelei model Spin.tla
  [[ "$output" == *"spin deadlock"* ]]
  run -0 lorelei model --no-spinning Spin.tla
}

@test "every exit status has its cause" {
  module Counter 'EXTENDS Naturals, TLC
VARIABLE x
Init == x = 0
Next == x < 3 /\ x'"'"' = x + 1
Fail == x < 3 /\ x'"'"' = x + (IF x = 2 THEN "a" ELSE 1)
Bad == x < 3 /\ Assert(x < 2, "too many") /\ x'"'"' = x + 1
Spec == Init /\ [][Next]_x
Small == x < 2
Grows == [][x'"'"' = x + 1]_x
Stays == [][x'"'"' = x]_x
Ends == <>(x = 3)
Wrong == x = "a"
ASSUME 1 = 1'
  status() { # STATUS CFG-LINE...
    local expected=$1
    shift
    printf '%s\n' "$@" >c.cfg
    run --separate-stderr lorelei model -deadlock --config c.cfg Counter.tla
    [ "$status" -eq "$expected" ] || { echo "$*: $status, not $expected: $output $stderr"; return 1; }
  }
  status 0 'SPECIFICATION Spec' 'PROPERTY Grows'
  status 12 'SPECIFICATION Spec' 'INVARIANT Small'
  status 13 'SPECIFICATION Spec' 'PROPERTY Stays'
  status 13 'SPECIFICATION Spec' 'PROPERTY Ends'
  status 14 'INIT Init' 'NEXT Bad'
  status 75 'INIT Init' 'NEXT Fail'
  status 76 'SPECIFICATION Spec' 'INVARIANT Wrong'
  status 151 'SPECIFICATION Specs'
  status 151 'SPECIFICATION'
  sed -i 's/ASSUME.*/ASSUME 1 = 2/' Counter.tla
  status 10 'SPECIFICATION Spec'
  echo nonsense >>Counter.tla
  sed -i 's/Init == x = 0/Init == x = /' Counter.tla
  status 150 'SPECIFICATION Spec'

}

@test "what is wrong in an expression is shown in the source" {
  module Bad 'EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x'"'"' = x + "one"
Spec == Init /\ [][Next]_x'
  run -75 --separate-stderr lorelei model Bad.tla
  [[ "$output" == *'Bad.tla:5:'*'an operand of + is a string "one"'* ]]
}

@test "the same for any number of threads, byte for byte" {
  lorelei model new many.tla
  sed -i 's/N = 2/N = 5/' many.cfg
  sed -i 's/await lock = 0; .*/skip;/' many.tla
  for form in text full json tla; do
    lorelei model -j1 --trace=$form many.tla >one 2>&1 || true
    for threads in 2 3 5; do
      lorelei model -j$threads --trace=$form many.tla >several 2>&1 || true
      cmp one several
    done
  done
}

@test "translate writes what model checks" {
  lorelei model new join.tla
  cp join.tla before.tla
  lorelei model translate -o - join.tla >shown
  cmp join.tla before.tla
  lorelei model translate join.tla
  cmp join.tla shown
  run -0 lorelei model join.tla
  first=$output
  run -0 lorelei model --use-translation join.tla
  [ "$output" = "$first" ]
  lorelei model translate join.tla
  cmp join.tla shown
  module Plain 'VARIABLE x'
  run -255 lorelei model translate Plain.tla
  [[ "$output" == *"there is no algorithm in it"* ]]
}

@test "assumptions of a module that is extended count" {
  module Below 'CONSTANT N
ASSUME N = 2' ''
  module Above 'EXTENDS Below
VARIABLE x
Spec == x = N /\ [][UNCHANGED x]_x' 'SPECIFICATION Spec
CONSTANT N = 3'
  run -10 --separate-stderr lorelei model Above.tla
  sed -i 's/N = 3/N = 2/' Above.cfg
  run -0 lorelei model Above.tla
}

@test "-termination asks for what its translator would write into the .cfg" {
  module Loop '(* --algorithm Loop
variables x = FALSE;
begin
  a: x := ~x;
  b: goto a;
end algorithm *)'
  run -0 lorelei model Loop.tla
  run -13 --separate-stderr lorelei model -termination Loop.tla
  [[ "${lines[0]}" == "Loop: the property Termination does not hold" ]]
}

@test "a label that is never reached is told" {
  module Dead '(* --algorithm Dead
variables x = 0;
begin
  a: if x = 1 then
  b:   x := 2;
     end if;
  c: skip;
end algorithm *)'
  run -0 --separate-stderr lorelei model Dead.tla
  [[ "$stderr" == *"no step is ever taken at the label b"* ]]
}

# Which model a .cfg is of: the longest name that has one.
model_of() {
  local name=${1%.cfg}
  until [ -e "$name.tla" ]; do name=${name%_*}; done
  echo "$name.tla"
}

@test "our own protocols hold, and none does without the steps that make it safe" {
  cd "$BATS_TEST_DIRNAME/../../docs/models"
  for config in *.cfg; do
    expected=$(sed -n '1s/^\\\* EXPECT //p' "$config")
    run --separate-stderr lorelei model --no-warnings --config "$config" "$(model_of "$config")"
    case $expected in
      ok) [ "$status" -eq 0 ] ;;
      "invariant "*) [ "$status" -eq 12 ] && [[ "${lines[0]}" == *"the invariant $(echo "$expected" | cut -d' ' -f2) does not hold" ]] ;;
      "property "*) [ "$status" -eq 13 ] && [[ "${lines[0]}" == *"the property $(echo "$expected" | cut -d' ' -f2) does not hold" ]] ;;
      *) false ;;
    esac || { echo "$config: $expected, and not: $status ${lines[0]}"; return 1; }
  done
}

@test "the models of the guide have the states, deadlocks and loops that they say" {
  cd "$BATS_TEST_DIRNAME/../../docs/models/condition_variable"
  for config in *.cfg; do
    model=${config%.cfg}
    [ -e "$model.tla" ] || model=${model%Unfair}
    lorelei model --no-warnings --json --continue --no-liveness --config "$config" "$model.tla" >"$BATS_TEST_TMPDIR/whole.json" || true
    lorelei model --no-warnings --json -deadlock --config "$config" "$model.tla" >"$BATS_TEST_TMPDIR/default.json" || true
    python3 - "$config" "$BATS_TEST_TMPDIR" <<'PY'
import json, re, sys
first = open(sys.argv[1]).readline()
want = dict(re.findall(r"(\w+)=([\w@]+)", first))
whole, default = (json.load(open(sys.argv[2] + "/" + f + ".json")) for f in ("whole", "default"))
at = lambda v, key: "%d@%d" % (v[key]["states"], v[key]["first_level"]) if key in v else "none"
got = {"init": str(whole["initial"]), "distinct": str(whole["distinct"]), "generated": str(whole["generated"]),
       "levels": str(whole["levels"]), "deadlock": at(whole, "deadlocks"), "spinonly": at(whole, "spinning")}
for key, value in got.items():
    assert want.get(key, "none") == value, (sys.argv[1], key, want.get(key), value)
if want["invariant"] != "ok":
    assert default["outcome"] == "invariant" and len(default["trace"]) == int(want["invariant"].split("@")[1]), default
else:
    assert default["outcome"] == ("property" if want["liveness"] == "violated" else "holds"), (sys.argv[1], default["outcome"])
if "lasso" in want:
    assert len(default["trace"]) == int(want["lasso"]), (sys.argv[1], len(default["trace"]))
    assert default["stuttering"] == ("stuttering" in first)
if "back_to" in want:
    assert default["back_to"] == int(want["back_to"])
PY
  done

}

@test "a search that was killed is gone on with, and one that is stopped says how" {
  module big 'EXTENDS Naturals
VARIABLE n
Init == n = [p \in 1..6 |-> 0]
Next == \E p \in 1..6 : n[p] < 7 /\ n'"'"' = [n EXCEPT ![p] = @ + 1]
Spec == Init /\ [][Next]_n'
  run -0 lorelei model -deadlock big.tla
  [ "$output" = "big: holds: 262144 states, 1376257 steps, depth 43" ]
  whole=$output

  "$LORELEI" model -deadlock --checkpoint there --checkpoint-every 0 big.tla &
  until [ -e there ]; do sleep 0.01; done
  kill -KILL $!
  wait $! || true
  run -0 lorelei model -deadlock --resume there big.tla
  [ "$output" = "$whole" ]

  "$LORELEI" model -deadlock --checkpoint stopped --checkpoint-every 0 big.tla > out 2> err &
  until [ -e stopped ]; do sleep 0.01; done
  kill -TERM $!
  wait $! || true
  run cat out err
  [[ "$output" == *"stopped before all states were seen"* ]]
  [[ "$output" == *"--resume 'stopped' goes on from here"* ]]
  run -0 lorelei model -deadlock --resume stopped --memory 64M big.tla
  [ "$output" = "$whole" ]

  run -255 lorelei model --resume stopped big.tla
  [[ "$output" == *"cannot go on with the search of 'stopped': it is of another model"* ]]
}

@test "hashes alone are smaller, and say how sure the answer is" {
  module h 'EXTENDS Naturals
VARIABLE x
Live == <>(x = 2)
Spec == x = 0 /\ [][x'"'"' = 1 - x]_x'
  run -0 lorelei model --hash64 h.tla
  [[ "$output" == *"a state was missed with a probability below"* ]]
  printf 'PROPERTY Live\n' >>h.cfg
  run -2 lorelei model --hash64 h.tla
  [[ "$output" == *"there are no states left to look for a loop among"* ]]
}

@test "a configuration may stand in the module" {
  module inside 'EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x < 3 /\ x'"'"' = x + 1
Inv == x < 3' 'not read'
  printf -- '---- CONFIG inside ----\nINIT Init\nNEXT Next\nINVARIANT Inv\n====\n' >>inside.tla
  run -12 --separate-stderr lorelei model -config inside.tla inside.tla
  [[ "$output" == "inside: the invariant Inv does not hold"* ]]
}

@test "a translation that is not that of its algorithm any more is told" {
  printf -- '---- MODULE old ----\nEXTENDS Naturals\n(* --algorithm old variables x = 0; begin\na: x := 1;\nend algorithm *)\n====\n' >old.tla
  : >old.cfg
  lorelei model translate old.tla
  run -0 lorelei model old.tla
  [[ "$output" != *warning* ]]
  sed -i "s/x' = 1/x' = 2/" old.tla
  run -0 lorelei model old.tla
  [[ "$output" == *"warning: this translation was changed after it was written, and is not that of the algorithm"* ]]
}
