------------------------- MODULE IfForWhileSpurious --------------------------
\* IfForWhile where a sleeper may wake for no reason: the parent goes on though the child has not ended.
EXTENDS Sequences

(*--fair algorithm IfForWhileSpurious
variables
    forked = FALSE,   \* the parent has started the child
    done = FALSE,     \* what the parent waits for
    held = FALSE,     \* the lock
    queue = {},       \* who sleeps on the condition variable
    leaving = FALSE,  \* for the invariant alone: the child is about to end
    joined = FALSE;   \* for the invariant alone: the parent has returned from thread_join()

define
    JoinWaits == joined => leaving
end define;

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

procedure unlock() begin
    free:  held := FALSE;
    freed: return;
end procedure;

\* Into the queue first, while the lock keeps signals away; then let go of it.
procedure wait() begin
    enqueue: queue := queue \cup {self};
    let_go:  call unlock();
    sleep:   await self \notin queue;
    relock:  call lock();
    woken:   return;
end procedure;

procedure signal() begin
    test: if queue = {} then
    nobody:   return;
          end if;
    pick: with one \in queue do
              queue := queue \ {one};
          end with;
    told: return;
end procedure;

procedure thread_exit() begin
    exit_lock:   call lock();
    set_done:    done := TRUE;
    exit_signal: call signal();
    exit_unlock: call unlock();
    exit_end:    return;
end procedure;

procedure thread_join() begin
    join_lock:   call lock();
    join_test:   if ~done then
    join_wait:       call wait();
                 end if;
    join_unlock: call unlock();
    join_end:    return;
end procedure;

process child = "child" begin
    born:   await forked;
    work:   leaving := TRUE;
    finish: call thread_exit();
end process;

process parent = "parent" begin
    fork:  forked := TRUE;
    join:  call thread_join();
    after: joined := TRUE;
end process;

\* Once, or not at all: somebody is woken though nobody has signalled.
process spurious = "spurious" begin
    wake: either
              await queue /= {};
              with one \in queue do
                  queue := queue \ {one};
              end with;
          or
              skip;
          end either;
end process;

end algorithm; *)
\* BEGIN TRANSLATION
\* END TRANSLATION
==============================================================================
