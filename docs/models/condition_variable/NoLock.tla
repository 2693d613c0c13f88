------------------------------- MODULE NoLock --------------------------------
\* A condition variable without a lock, and nobody sets the flag.
EXTENDS Sequences

(*--fair algorithm NoLock
variables
    forked = FALSE,   \* the parent has started the child
    done = FALSE,     \* what the parent waits for
    queue = {},       \* who sleeps on the condition variable
    leaving = FALSE,  \* for the invariant alone: the child is about to end
    joined = FALSE;   \* for the invariant alone: the parent has returned from thread_join()

define
    JoinWaits == joined => leaving
end define;

procedure wait() begin
    enqueue: queue := queue \cup {self};
    sleep:   await self \notin queue;
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
    exit_signal: call signal();
    exit_end:    return;
end procedure;

procedure thread_join() begin
    join_test:   if ~done then
    join_wait:       call wait();
                 end if;
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
