------------------------------- MODULE NoFlag --------------------------------
\* A lock around signal and wait, and no flag: a signal that comes before the wait is forgotten.
EXTENDS Sequences

(*--fair algorithm NoFlag
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

\* Between the first and the second step a signal finds nobody in the queue.
procedure wait() begin
    let_go:  call unlock();
    enqueue: queue := queue \cup {self};
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
    exit_signal: call signal();
    exit_unlock: call unlock();
    exit_end:    return;
end procedure;

procedure thread_join() begin
    join_lock:   call lock();
    join_wait:   call wait();
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

end algorithm; *)
\* BEGIN TRANSLATION
\* END TRANSLATION
==============================================================================
