----------------------------- MODULE Starvation ------------------------------
\* Two customers of a lock that is tried until it is free. Each of them takes steps as long as it can, and still one may
\* come too late every time.
EXTENDS Sequences

(*--algorithm Starvation
variables held = FALSE;

\* A lock that is tried until it is free. What stands at one label is one step that nobody comes between: a
\* compare-and-swap.
procedure lock() begin
    try: if ~held then
             held := TRUE;
             return;
         else
             goto try;
         end if;
end procedure;

fair process customer \in {1, 2} begin
    away:  while TRUE do
    enter:     call lock();
    inside:    skip;
    leave:     held := FALSE;
           end while;
end process;

end algorithm; *)
\* BEGIN TRANSLATION
\* END TRANSLATION
OneInside == ~(pc[1] \in {"inside", "leave"} /\ pc[2] \in {"inside", "leave"})
EachComesIn == \A i \in {1, 2} : pc[i] = "enter" ~> pc[i] = "inside"
==============================================================================
