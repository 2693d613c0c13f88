-------------------------- MODULE SignalAfterUnlock --------------------------
\* Fixed with a thread_exit() that signals after it has let go of the lock.
EXTENDS Sequences

(*--fair algorithm SignalAfterUnlock
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
    exit_unlock: call unlock();
    exit_signal: call signal();
    exit_end:    return;
end procedure;

procedure thread_join() begin
    join_lock:   call lock();
    join_test:   while ~done do
    join_wait:       call wait();
                 end while;
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
