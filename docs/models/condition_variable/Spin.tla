-------------------------------- MODULE Spin ---------------------------------
\* The parent waits for a flag that the child sets. No condition variable yet.
EXTENDS Sequences

(*--fair algorithm Spin
variables
    forked = FALSE,   \* the parent has started the child
    done = FALSE,     \* what the parent waits for
    leaving = FALSE,  \* for the invariant alone: the child is about to end
    joined = FALSE;   \* for the invariant alone: the parent has returned from thread_join()

define
    JoinWaits == joined => leaving
end define;

procedure thread_exit() begin
    set_done: done := TRUE;
    exit_end: return;
end procedure;

procedure thread_join() begin
    spin:     await done;
    join_end: return;
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
