----------------------------- MODULE archive_index -----------------------------
\* How the index of an archive follows its git history (src/search/index, src/search/publish): two runs of
\* `lorelei archive index`, public-inbox's own indexer beside them, readers that take no lock, and kills at any moment.
\*
\* Mail n is the n-th of the history and gets the article number n.
\*
\* A constant that is FALSE leaves out, or turns round, what its comment names.
EXTENDS Naturals

CONSTANTS
    MAILS,             \* so many come
    KILLS,             \* so often is a run killed
    DOCUMENTS_FIRST,   \* run_in_place: finish_shards before commit_round
    ONE_TRANSACTION,   \* commit_round: overview and numbers are two databases, attached to one connection
    SEALS,             \* Build::seal: only a build with the file `ready` counts
    INDEX_FIRST,       \* Build::publish: xap15 is moved before msgmap.sqlite3
    LOOKS_FOR_OTHERS,  \* still_wanted: another program may have written the index since the build was sealed
    TELLS_AGAIN        \* wake_after_kill: a run that finds nothing to do writes the byte of inbox.lock all the same

(*--algorithm archive_index
variables
    history = 1,      \* mails in git
    documents = {},   \* numbers of those that are in the shards, xap15/0 and xap15/1
    rows = 0,         \* xap15/over.sqlite3 has rows of mails 1..rows
    read_to = 0,      \* msgmap.sqlite3: numbers, and the commit up to which git was read
    lock = 0,         \* inbox.lock
    told = 0,         \* how many rows there were when the servers were last woken
    shown = 0,        \* how many rows readers may have seen
    \* lorelei/build
    build = [state |-> "none", is_whole |-> FALSE, rows |-> 0, read_to |-> 0, before |-> 0, has_index |-> FALSE,
             has_numbers |-> FALSE],
    kills = KILLS;

define
    NoBuild == [state |-> "none", is_whole |-> FALSE, rows |-> 0, read_to |-> 0, before |-> 0, has_index |-> FALSE,
                has_numbers |-> FALSE]
    Greater(m, n) == IF m > n THEN m ELSE n

    \* A mail that has a row is found by a search. (Documents without a row are passed over: Engine reads rows.)
    Found == 1..rows \subseteq documents
    \* What git has and the index says it has read is in the index.
    NothingMissing == read_to <= rows
    \* What was there once does not go away again.
    Stays == shown <= rows
end define;

macro killed() begin
    await kills > 0;
    kills := kills - 1;
    lock := 0;
    to := 0;
    goto take;
end macro;

\* One COMMIT of SQLite, or the exchange of a directory.
macro show(n) begin
    rows := n;
    shown := Greater(shown, n);
end macro;

fair process index \in {1, 2}
variables to = 0;  \* as far as this round goes
begin
    \* index_archive: lock_patiently
    take:     await lock = 0;
              lock := self;

    \* Build::recover: a build without `ready` is thrown away, and one that is older than what is there now
    recover:  either
                  if build.state = "ready" \/ (build.state = "made" /\ ~SEALS) then
                      if LOOKS_FOR_OTHERS /\ build.has_index /\ build.has_numbers /\ build.before /= rows then
                          build := NoBuild;
                      else
                          goto move;
                      end if;
                  else
                      build := NoBuild;
                  end if;
              or
                  killed();
              end either;

    \* next_plan, cut_plan: what comes behind the recorded commit, or a part of it. (By the times of the byte and of the
    \* index, wake_after_kill spares the servers what would tell them nothing.)
    plan:     either
                  if read_to = history then
                      if TELLS_AGAIN then goto tell; else goto leave; end if;
                  else
                      with n \in (read_to + 1)..history do to := n; end with;
                  end if;
              or
                  killed();
              end either;

    \* run_rounds: much is new, or little
    how:      either goto make; or skip; end either;

    \* run_in_place: write into the shards, each commits by itself
    shard_1:  either
                  if DOCUMENTS_FIRST then
                      documents := documents \cup {n \in (read_to + 1)..to : n % 2 = 1};
                  end if;
              or
                  killed();
              end either;
    shard_0:  either
                  if DOCUMENTS_FIRST then
                      documents := documents \cup {n \in (read_to + 1)..to : n % 2 = 0};
                  end if;
              or
                  killed();
              end either;

    \* commit_round
    commit:   either
                  read_to := to;
                  if ONE_TRANSACTION then show(Greater(rows, to)); end if;
              or
                  killed();
              end either;
    commit_2: either
                  if ~ONE_TRANSACTION then show(Greater(rows, to)); end if;
              or
                  killed();
              end either;
    late:     either
                  if ~DOCUMENTS_FIRST then documents := documents \cup 1..to; end if;
                  goto tell;
              or
                  killed();
              end either;

    \* run_bulk: Build::start, then all is made beside the index
    make:     either
                  build := [state |-> "made", is_whole |-> FALSE, rows |-> Greater(rows, to), read_to |-> to,
                            before |-> rows, has_index |-> TRUE, has_numbers |-> TRUE];
              or
                  killed();
              end either;
    fill:     either build.is_whole := TRUE; or killed(); end either;

    \* Build::seal
    seal:     either build.state := "ready"; or killed(); end either;

    \* Build::publish and, after a kill, recover(): finish each of the moves that waits
    move:     either
                  if INDEX_FIRST /\ build.has_index then
                      documents := IF build.is_whole THEN 1..build.rows ELSE {};
                      show(build.rows);
                      build.has_index := FALSE;
                  elsif ~INDEX_FIRST /\ build.has_numbers then
                      read_to := build.read_to;
                      build.has_numbers := FALSE;
                  end if;
              or
                  killed();
              end either;
    move_2:   either
                  if ~INDEX_FIRST /\ build.has_index then
                      documents := IF build.is_whole THEN 1..build.rows ELSE {};
                      show(build.rows);
                      build.has_index := FALSE;
                  elsif INDEX_FIRST /\ build.has_numbers then
                      read_to := build.read_to;
                      build.has_numbers := FALSE;
                  end if;
              or
                  killed();
              end either;
    clean:    either build := NoBuild; or killed(); end either;

    \* InboxLock::changed
    tell:     either told := rows; or killed(); end either;

    leave:    lock := 0;
              to := 0;
              goto take;
end process;

\* It knows nothing of builds, and writes in place under the same lock.
fair process public_inbox = 3
begin
    come:     await lock = 0 /\ read_to < history;
              lock := 3;
    add:      documents := documents \cup 1..history;
    number:   read_to := history;
              show(history);
    go:       told := rows;
              lock := 0;
              goto come;
end process;

\* `lorelei archive import`, under the same lock; some day it gets it (fair+)
fair+ process mail = 4
begin
    import:   while history < MAILS do
                  await lock = 0;
                  history := history + 1;
              end while;
end process;

end algorithm; *)
\* BEGIN TRANSLATION
\* END TRANSLATION

\* After the last kill and the last mail, all of it is in the index, and the servers know.
AllIndexed == <>[](rows = MAILS /\ read_to = MAILS)
AllTold == <>[](told = MAILS)
================================================================================
