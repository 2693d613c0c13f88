#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# lorelei model --trace: the forms in which a behaviour is told.
load common

# NAME BODY-OF-MODULE [CFG]
module() {
  printf -- '---- MODULE %s ----\n%s\n====\n' "$1" "$2" >"$1.tla"
  printf '%s\n' "${3-SPECIFICATION Spec}" >"$1.cfg"
}

counter() {
  module Counter 'EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\ y = "<b>&amp; \"it\""
Add(n) == x < 5 /\ x'"'"' = x + n /\ UNCHANGED y
Next == \E n \in {2} : Add(n)
Spec == Init /\ [][Next]_<<x, y>>
Small == x < 3
Never == <>(x = 7)
Seen == [now |-> x, by |-> x'"'"' - x]' "$@"
}

@test "a trace as other tools read it" {
  counter 'SPECIFICATION Spec
INVARIANT Small'
  run -12 --separate-stderr lorelei model --trace=json Counter.tla
  [[ "$stderr" == *"Counter: the invariant Small does not hold"* ]]
  python3 - "$output" <<'PY'
import json, sys
v = json.loads(sys.argv[1])
assert list(v) == ["counterexample"] and list(v["counterexample"]) == ["state", "action"]
text = '<b>&amp; "it"'
assert v["counterexample"]["state"] == [[1, {"x": 0, "y": text}], [2, {"x": 2, "y": text}], [3, {"x": 4, "y": text}]]
before, how, after = v["counterexample"]["action"][1]
assert before == [2, {"x": 2, "y": text}] and after == [3, {"x": 4, "y": text}]
assert how["name"] == "Add" and how["context"] == {"n": 2} and how["parameters"] == ["n"]
assert how["location"] == {"beginLine": 5, "beginColumn": 11, "endLine": 5, "endColumn": 44, "module": "Counter"}, how
PY
  counter 'SPECIFICATION Spec'
  run -0 --separate-stderr lorelei model -deadlock --trace=json Counter.tla
  [ "$output" = '{"counterexample":{"state":[],"action":[]}}' ]
}

@test "a loop is one more action in JSON and one more edge of the graph" {
  module Loop 'EXTENDS Naturals
VARIABLE x
Step == x'"'"' = IF x = 3 THEN 1 ELSE x + 1
Spec == x = 0 /\ [][Step]_x /\ WF_x(Step)
Settles == <>[](x = 2)' 'SPECIFICATION Spec
PROPERTY Settles'
  run -13 --separate-stderr lorelei model --trace=json Loop.tla
  python3 -c 'import json, sys
v = json.loads(sys.argv[1])["counterexample"]
assert len(v["action"]) == len(v["state"]), v
assert v["action"][-1][0] == v["state"][-1] and v["action"][-1][2] in v["state"], v' "$output"
  run -13 --separate-stderr lorelei model --trace=dot Loop.tla
  [[ "${lines[0]}" == "digraph "* && "${lines[-1]}" == "}" ]]
  [[ "$output" == *'4 -> 2 [label="Step"];'* ]]
  counter 'SPECIFICATION Spec
PROPERTY Never'
  run -13 --separate-stderr lorelei model -deadlock --trace=json Counter.tla
  python3 -c 'import json, sys
last = json.loads(sys.argv[1])["counterexample"]["action"][-1]
assert last[0] == last[2] and last[1]["name"] == "Stuttering", last' "$output"
}

@test "a page is whole, escaped and without scripts" {
  counter 'SPECIFICATION Spec
INVARIANT Small'
  run -12 --separate-stderr lorelei model --trace=html Counter.tla
  [[ "$output" == '<!DOCTYPE html>'*'</html>' ]]
  [[ "$output" == *"y = &quot;&lt;b&gt;&amp;amp; \\&quot;it\\&quot;&quot;"* ]]
  [[ "$output" != *"<script"* && "$output" != *"<b>"* && "$output" != *"src="* ]]
  [[ "$output" == *'<a href="#f0l5">5</a>'*'<li class="step" id="f0l5">Add(n) =='* ]]
  python3 - "$output" <<'PY'
import sys
from html.parser import HTMLParser
class Check(HTMLParser):
    open = []
    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "br"): self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
check = Check()
check.feed(sys.argv[1])
assert not check.open
PY
}

@test "ALIAS stands for the variables in every form" {
  counter 'SPECIFICATION Spec
INVARIANT Small
ALIAS Seen'
  run -12 --separate-stderr lorelei model Counter.tla
  [[ "$output" == *"start"*"now = 0, by = 2"*"now: 0 -> 2"*"now: 2 -> 4, by: 2 -> 0" ]]
  run -12 --separate-stderr lorelei model --trace=full Counter.tla
  [[ "$output" == *'/\ now = 4'*'/\ by = 0'* && "$output" != *"y = "*"<b>"* ]]
  run -12 --separate-stderr lorelei model --trace=json Counter.tla
  [[ "$output" == *'[3,{"now":4,"by":0}]'* && "$output" != *'"x"'* ]]
  for form in tla dot html; do
    run -12 --separate-stderr lorelei model --trace=$form Counter.tla
    [[ "$output" == *now*by* ]]
  done
  sed -i 's/^Seen ==.*/Seen == x/' Counter.tla
  run -12 --separate-stderr lorelei model Counter.tla
  [[ "$output" == *"x: 2 -> 4"* && "$stderr" == *"ALIAS cannot be evaluated"*"no record"* ]]
}
