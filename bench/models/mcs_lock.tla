---------------------------- MODULE mcs_lock ----------------------------
(* The queue lock of Mellor-Crummey and Scott: whoever waits, waits at a flag of its own. One access to what is shared in *)
(* each step, as in mcs_lock.pml. *)
EXTENDS Integers
CONSTANT Cpus

(* --algorithm mcs_lock
variables last = 0, behind = [c \in 1..Cpus |-> 0], waits = [c \in 1..Cpus |-> FALSE];

fair process cpu \in 1..Cpus
variable before = 0;
begin
outside: while TRUE do
           behind[self] := 0;
flag:      waits[self] := TRUE;
swap:      before := last;
           last := self;
tell:      if before # 0 then
             behind[before] := self;
spin:        await ~waits[self];
           end if;
inside:    skip;
look:      if behind[self] = 0 then
leave:       if last = self then
               last := 0;
               goto forget;
             end if;
late:        await behind[self] # 0;
           end if;
hand:      waits[behind[self]] := FALSE;
forget:    before := 0;
         end while;
end process;
end algorithm *)

Exclusive == \A a, b \in 1..Cpus : a # b => ~(pc[a] = "inside" /\ pc[b] = "inside")
=========================================================================
