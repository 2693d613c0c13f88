------------------------------- MODULE lei_imap -------------------------------
\* How a saved search is delivered to a mailbox on a server (src/lei/imap_box, imap_arrived), killed at any moment, over
\* a line that breaks, to a server that takes its time.
\*
\* A constant that is FALSE leaves out what its comment names.
EXTENDS Naturals

CONSTANTS
    KILLS,          \* how many times a run is killed
    BREAKS,         \* how many times the connection breaks
    INTENDS,        \* Batch::intend: rows are pending before anything is sent
    LOOKS,          \* find_arrived: what is in doubt is looked for by its Message-ID, after a kill and after a break
    SERVER_SETTLES  \* before the server lets anybody in anew, it has done or dropped what came by a line that broke.
                    \* (No server promises that. ImapBox::let_settle gives it a second, and remove_late_copies removes
                    \* what came late, if it came before the end of the run.)

Mails == {1, 2}  \* each is a batch

(*--algorithm lei_imap
variables
    row = [m \in Mails |-> "none"],  \* the ledger, as it was committed: none, pending, done
    stored = [m \in Mails |-> 0],    \* how many times the mailbox has it
    coming = {},                     \* APPEND commands that have reached the server
    stale = {},                      \* those of a connection that is no more
    answered = {},                   \* mails that the server said it had taken
    kills = KILLS,
    breaks = BREAKS;

define
    NothingLost == \A m \in Mails : row[m] = "done" => stored[m] > 0
    NothingTwice == \A m \in Mails : stored[m] <= 1
end define;

macro breaks_off() begin
    stale := stale \cup coming;
    coming := {};
    answered := {};
end macro;

macro dies() begin
    await kills > 0;
    kills := kills - 1;
    breaks_off();
    goto connect;
end macro;

fair process up = 1
variables
    next = {},      \* the batch that goes next
    batch = {},     \* the one that is on its way
    doubtful = {},  \* letters of it of which nobody has said that they are there
    arrived = {};   \* those of the batch before, which are there while their rows do not say so
begin
    \* ImapBox::open: connect
    connect:  await ~SERVER_SETTLES \/ stale = {};
              next := {};
              batch := {};
              doubtful := {};
              arrived := {};

    \* ImapBox::settle_pending: find, let_settle and find again, one transaction
    settle:   either
                  row := [m \in Mails |-> IF row[m] = "pending" THEN IF LOOKS /\ stored[m] > 0 THEN "done" ELSE "none"
                                          ELSE row[m]];
              or
                  dies();
              end either;

    \* put, send_off: Batch::intend, while the batch before may be on its way
    intend:   either
                  with left = {m \in Mails : row[m] = "none"} \ (batch \cup arrived) do
                      next := {m \in left : \A n \in left : m <= n};
                  end with;
              or
                  dies();
              end either;
    commit:   either
                  if INTENDS then row := [m \in Mails |-> IF m \in next THEN "pending" ELSE row[m]]; end if;
              or
                  dies();
              end either;

    \* take_answers: the answers, or the end of the connection
    answer:   either
                  await coming = {} /\ doubtful \subseteq answered;
                  arrived := batch;
                  doubtful := {};
                  answered := {};
                  goto send;
              or
                  await breaks > 0;
                  breaks := breaks - 1;
                  doubtful := doubtful \ answered;
                  breaks_off();
              or
                  dies();
              end either;

    \* reconnect
    again:    await ~SERVER_SETTLES \/ stale = {};

    \* resolve_doubts
    resolve:  either
                  if LOOKS then doubtful := {m \in doubtful : stored[m] = 0}; end if;
              or
                  dies();
              end either;
    resend:   either
                  coming := doubtful;
                  goto answer;
              or
                  dies();
              end either;

    \* send_off: send
    send:     either
                  batch := next;
                  doubtful := next;
                  coming := next;
                  next := {};
              or
                  dies();
              end either;

    \* note_arrived: Batch::done, for the batch before; after the last one the next run begins
    note:     either
                  row := [m \in Mails |-> IF m \in arrived THEN "done" ELSE row[m]];
                  arrived := {};
                  if batch = {} then goto connect; else goto intend; end if;
              or
                  dies();
              end either;
end process;

\* It takes what comes, and of what came by a line that broke this and that.
fair process server = 2
begin
    serve:    while TRUE do
                  either
                      with m \in coming do
                          coming := coming \ {m};
                          answered := answered \cup {m};
                          stored[m] := stored[m] + 1;
                      end with;
                  or
                      with m \in stale do
                          stale := stale \ {m};
                          either stored[m] := stored[m] + 1; or skip; end either;
                      end with;
                  end either;
              end while;
end process;

end algorithm; *)
\* BEGIN TRANSLATION
\* END TRANSLATION

Delivered == <>(\A m \in Mails : row[m] = "done")
===============================================================================
