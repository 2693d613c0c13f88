--------------------------- MODULE filter_lock ---------------------------
(* Peterson's lock for any number of processes: on each of the levels at least one of those who want to go on stays    *)
(* behind. One access to what is shared in each step, as in filter_lock.pml.                                            *)
EXTENDS Integers
CONSTANT Cpus

(* --algorithm filter_lock
variables reached = [c \in 1..Cpus |-> 0], yields = [l \in 1..Cpus - 1 |-> 0];

fair process cpu \in 1..Cpus
variables level = 1, other = 1;
begin
outside: while TRUE do
           level := 1;
climb:     while level < Cpus do
             reached[self] := level;
yield:       yields[level] := self;
             other := 1;
look:        while other <= Cpus do
               if other # self /\ reached[other] >= level /\ yields[level] = self then
                 other := 1;
               else
                 other := other + 1;
               end if;
             end while;
             level := level + 1;
           end while;
inside:    skip;
leave:     reached[self] := 0;
         end while;
end process;
end algorithm *)

Exclusive == \A a, b \in 1..Cpus : a # b => ~(pc[a] = "inside" /\ pc[b] = "inside")
Types == reached \in [1..Cpus -> 0..Cpus] /\ yields \in [1..Cpus - 1 -> 0..Cpus]
==========================================================================
