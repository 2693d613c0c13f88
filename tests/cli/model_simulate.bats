#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# lorelei model simulate: behaviours by chance.
load common

# NAME BODY-OF-MODULE [CFG]
module() {
  printf -- '---- MODULE %s ----\n%s\n====\n' "$1" "$2" >"$1.tla"
  printf '%s\n' "${3-SPECIFICATION Spec}" >"$1.cfg"
}

walk() {
  module Walk 'EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\ y = 0
Right == x'"'"' = x + 1 /\ UNCHANGED y
Left == x > 0 /\ x'"'"' = x - 1 /\ UNCHANGED y
Up == y'"'"' = y + 1 /\ UNCHANGED x
Next == Right \/ Left \/ Up
Spec == Init /\ [][Next]_<<x, y>>
Near == x < 5
Small == y < 50' "${1-SPECIFICATION Spec
INVARIANT Near}"
}

@test "what is found is made as short as it can be" {
  walk
  run -12 --separate-stderr lorelei model simulate --seed 3 Walk.tla
  [[ "${lines[0]}" == "Walk: the invariant Near does not hold" ]]
  [[ "$output" == *"6  Right "*"x: 4 -> 5"* && "$output" != *Left* && "$output" != *Up* ]]
  [[ "$stderr" == *"--seed=3 --aril="*"states shorter"* ]]
  run -12 --separate-stderr lorelei model simulate --seed 3 --no-shorten Walk.tla
  [ "${#lines[@]}" -gt 8 ]
}

@test "the same seed takes the same ways, and --aril goes straight to one" {
  walk
  lorelei model simulate --seed 8 --no-shorten Walk.tla >one 2>said || true
  lorelei model simulate --seed 8 --no-shorten Walk.tla >two || true
  cmp one two
  aril=$(sed -n 's/.*--aril=\([0-9]*\).*/\1/p' said)
  lorelei model -simulate num=1 -seed 8 -aril "$aril" Walk.tla >three || true
  run -12 --separate-stderr lorelei model simulate -n 1 --seed 8 --aril "$aril" --no-shorten Walk.tla
  [ "$output" = "$(cat one)" ]
  lorelei model simulate --seed 9 --no-shorten Walk.tla >other || true
  refute cmp -s one other
}

@test "TLC's options do the same, and behaviours are written as modules" {
  walk 'SPECIFICATION Spec
INVARIANT Small'
  run -0 --separate-stderr lorelei model -simulate num=3,file=behaviour -depth 5 -seed 1 Walk.tla
  [ "$output" = "Walk: nothing wrong was found in 3 behaviours of 15 states together" ]
  [ "$(grep -c '^STATE_' behaviour_0_2)" -eq 5 ]
  grep -qx '/\\ x = 0' behaviour_0_0
  run -6 lorelei model -simulate num=3,file=behaviour -depth 5 -seed 1 Walk.tla
  run -0 lorelei model simulate -n 3 --file behaviour --overwrite --depth 4 Walk.tla
  [ "$(grep -c '^STATE_' behaviour_0_2)" -eq 4 ]
  run -0 lorelei model -simulate num=1,file=behaviour -depth 2 --overwrite Walk.tla
  run -2 lorelei model -simulate nun=3 Walk.tla
}

@test "a deadlock, a step that must not be and an assertion are found" {
  module Two '(* --algorithm Two
variables a = 0, b = 0;
process left = "l" begin
  x: await a = 0; a := 1;
  y: await b = 0; b := 1;
end process;
process right = "r" begin
  p: await b = 0; b := 2;
  q: await a = 0; a := 2;
end process;
end algorithm *)'
  run -11 --separate-stderr lorelei model simulate -n 100 Two.tla
  [[ "$output" == *"left is at y"*"waits for  b = 0"* ]]
  walk 'SPECIFICATION Spec
PROPERTY Grows'
  sed -i "s/^Near ==.*/Grows == [][x' >= x]_x/" Walk.tla
  run -13 --separate-stderr lorelei model simulate -n 100 Walk.tla
  [[ "$output" == *"3  Left"* ]]
  sed -i "s/^Grows ==.*/Grows == <>(x = 7)/" Walk.tla
  run -0 --separate-stderr lorelei model simulate -n 2 Walk.tla
  [[ "$stderr" == *"Grows is about whole behaviours"* ]]
  run -0 --separate-stderr lorelei model simulate --json -n 2 Walk.tla
  python3 -c 'import json,sys; v=json.loads(sys.argv[1]); assert v["behaviours"] == 2 and v["states"] == 200, v' "$output"
}
