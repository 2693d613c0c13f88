----------------------------- MODULE NoLockWhile -----------------------------
\* NoLock with the flag set, and tested again after each wake-up. It does not help: between the test and the queue
\* there is room for the signal.
EXTENDS Sequences

(*--fair algorithm NoLockWhile
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
    set_done:    done := TRUE;
    exit_signal: call signal();
    exit_end:    return;
end procedure;

procedure thread_join() begin
    join_test:   while ~done do
    join_wait:       call wait();
                 end while;
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
