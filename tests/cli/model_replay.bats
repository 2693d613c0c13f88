#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# lorelei model replay: a behaviour by hand, here with commands from a pipe.
load common

setup_file() {
  export MODELS="$BATS_TEST_DIRNAME/../../docs/models/condition_variable"
}

# replay COMMANDS [TRACE]
replay() {
  printf "$1" >commands
  run -0 --separate-stderr lorelei model replay "$MODELS/NoLock.tla" "${@:2}" <commands
}

@test "a trace is followed, and left for another step" {
  lorelei model -q --trace=json "$MODELS/NoLock.tla" >t.json || true
  replay 'next\nn 2\nback\ngoto 13\nwhere\nnext\nprint queue\n' t.json
  [[ "${lines[0]}" == "state 1 of 13  start "* ]]
  [[ "${lines[1]}" == "state 2 of 13  parent: fork (line 52)  forked: FALSE -> TRUE" ]]
  [[ "${lines[3]}" == "state 4 of 13  child: work"* && "${lines[4]}" == "state 3 of 13"* ]]
  [[ "$output" == *"parent"*"wait.sleep"*"19  sleep:   await self"* ]]
  [[ "${lines[-2]}" == "there is no step from here" && "${lines[-1]}" == '{"parent"}' ]]
  replay 'n\nsteps\ntake 1\nlist\nquit\nnext\n' t.json
  [[ "$output" == *"1  child: born (line 46)"*"2  parent: join (line 53)"* ]]
  [[ "${lines[-1]}" == "> 3  child: born"* ]]
}

@test "what --json wrote is followed as well, and a trace of something else is refused" {
  lorelei model -q --json "$MODELS/NoLock.tla" >t.json || true
  replay 'goto 13\n' t.json
  [[ "${lines[1]}" == 'state 13 of 13  parent: wait.enqueue (line 18)  queue: {} -> {"parent"}' ]]
  lorelei model -q --trace=json "$MODELS/NoFlag.tla" >other.json || true
  run -2 lorelei model replay "$MODELS/NoLock.tla" other.json </dev/null
  [[ "$output" == *"state 1 is none of NoLock"* ]]
  for text in '' '{' '[]' '{"counterexample":{"state":[1]}}' '{"trace":[]}' '{"counterexample":{"state":[[1,{"pc":7}]]}}'; do
    printf '%s' "$text" >wrong.json
    run -2 lorelei model replay "$MODELS/NoLock.tla" wrong.json </dev/null
  done
}

@test "breaks stop at a label and where something is true" {
  lorelei model -q --trace=json "$MODELS/NoLock.tla" >t.json || true
  replay 'break thread_exit.exit_signal\nbreak queue # {}\nbreak\nc\nc\ndelete 1\nbreak\n' t.json
  [[ "$output" == *"break 1"*"break 2"*"1  thread_exit.exit_signal"*"2  queue # {}"* ]]
  [[ "$output" == *"child: finish"*"break: thread_exit.exit_signal"*"wait.enqueue"*"break: queue # {}"* ]]
  [[ "${lines[-1]}" == "  1  queue # {}" ]]
}

@test "an expression may use what the model defines, and says what is wrong with it" {
  replay 'print JoinWaits\np Cardinality({1})\np [a |-> forked, b |-> pc["child"]]\np forked'"'"'\np 1 +\np {} + 1\nfly\nvariables\n'
  [[ "${lines[1]}" == TRUE ]]
  [[ "$output" == *"Cardinality is not defined here"* ]]
  [[ "$output" == *'[a |-> FALSE, b |-> "born"]'* ]]
  [[ "$output" == *"there is no command fly"* && "$output" == *'/\ forked = FALSE'* ]]
}

@test "a loop is followed to where it goes back to" {
  lorelei model -q --trace=json "$MODELS/Starvation.tla" >t.json || true
  printf 'continue\nlist\n' >commands
  run -0 --separate-stderr lorelei model replay "$MODELS/Starvation.tla" t.json <commands
  [[ "$output" == *"this is the end of the path"* ]]
  [[ "${lines[-1]}" == "> 8  customer[2]: leave"* ]]
}
