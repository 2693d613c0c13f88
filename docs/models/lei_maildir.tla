------------------------------ MODULE lei_maildir ------------------------------
\* How a saved search is delivered to a Maildir, once each (src/lei/deliver, ledger, maildir_box, src/mail/maildir): two
\* runs of `lorelei up`, killed at any moment, a mail program that moves and removes files as it likes, and power cuts.
\*
\* Mail n is the n-th of the archive that is searched. Copy <<n, 1>> is the file that is named by its blob, <<n, 2>> one
\* with a prefix, because the name was taken.
\*
\* Of a power cut this is assumed: a name is as it was, or as it was when its directory was last synced; what is in a
\* file is lost unless that was synced. What SQLite has committed stays.
\*
\* A constant that is FALSE leaves out, or turns round, what its comment names.
EXTENDS Naturals

CONSTANTS
    MAILS,
    KILLS,              \* how many times a run is killed
    CUTS,               \* how many times the power goes
    DEEDS,              \* how many files the user moves or removes
    LOCKS,              \* SearchLock::take: one run at a time
    INTENDS,            \* Batch::intend: rows are pending before there is a file
    SETTLE,             \* MaildirBox::settle_pending: "look" at the place; or "forget" the row; or "trust" it
    NEW_FIRST,          \* list_maildir: new/ is read before cur/, the way in which mail programs move files
    SYNCS_FILES,        \* MaildirWriter::sync_pending
    SYNCS_DIRECTORIES,  \* MaildirWriter::publish: cur/ and new/ are synced before the rows are done
    SYNCS_FOUND,        \* settle_pending: the same for what a killed run has left
    TELLS_LEI,          \* lei learns also of the rows that settle_pending finds done
    REMEMBERS_LAST      \* Delivery::remember, how far the archive was read, after everything else

Mails == 1..MAILS
Copies == Mails \X {1, 2}

(*--algorithm lei_maildir
variables
    \* The ledger, as it was committed
    row = [m \in Mails |-> "none"],  \* none, pending, done
    place = [m \in Mails |-> 1],     \* which copy it means
    read_to = 0,
    told = {},  \* over.sqlite3: what lei takes for delivered
    \* The Maildir
    file = [c \in Copies |-> "none"],  \* none, new, cur
    file_disk = file,                  \* as it surely is after a power cut
    synced = {},                       \* copies of which every byte is on the disk
    torn = {},                         \* copies that have lost theirs
    search_lock = 0,
    reported = {},  \* mails of which a run has said that they were delivered
    dropped = {},   \* mails that the user has removed,
    gone = {},      \* and those of them that were done by then
    again = {},     \* mails that came a second time although they were done
    kills = KILLS,
    cuts = CUTS,
    deeds = DEEDS;

define
    Present(m) == {n \in {1, 2} : file[<<m, n>>] /= "none" /\ <<m, n>> \notin torn}
    In(folder) == {c \in Copies : file[c] = folder}

    NothingLost == \A m \in Mails : row[m] = "done" => m \in dropped \/ Present(m) /= {}
    NothingTwice == again = {} /\ \A m \in Mails : Present(m) /= {1, 2}
    \* A mail program never sees half a file.
    Whole == torn = {}
    \* lei, on the same saved search, does not deliver it again.
    LeiKnows == \A m \in Mails : row[m] = "done" => m \in told
    NothingSkipped == \A m \in Mails : m <= read_to => row[m] = "done"
end define;

macro forget() begin
    found := {};
    names := {};
    on_disk := {};
    out := {};
    name := [m \in Mails |-> 1];
end macro;

macro dies() begin
    either
        await kills > 0;
        kills := kills - 1;
    or
        await cuts > 0;
        cuts := cuts - 1;
        with now \in {f \in [Copies -> {"none", "new", "cur"}] :
                          \A c \in Copies : f[c] \in {file[c], file_disk[c]}} do
            file := now;
            file_disk := now;
            torn := {c \in Copies : now[c] /= "none" /\ c \notin synced};
        end with;
    end either;
    search_lock := 0;
    forget();
    goto take;
end macro;

fair process up \in {1, 2}
variables
    found = {},                    \* mails that the search has, and the ledger has not
    names = {},                    \* MaildirBox::names_
    on_disk = {},                  \* mails of which every byte is on the disk, in tmp/
    name = [m \in Mails |-> 1],    \* that a mail is to get, or has got
    out = {};                      \* mails that are in new/
begin
    \* update(): SearchLock::take
    take:     if LOCKS then
                  await search_lock = 0;
                  search_lock := self;
              end if;

    \* Delivery::gather_all
    gather:   either
                  found := {m \in Mails : m > read_to /\ row[m] /= "done"};
                  if ~REMEMBERS_LAST then read_to := MAILS; end if;
              or
                  dies();
              end either;

    \* open_maildir_box: MaildirBox::read_names, a folder after the other. A file that is renamed meanwhile may not be
    \* seen: where one is missing, settle_pending and look() read them once more.
    list:     either names := In(IF NEW_FIRST THEN "new" ELSE "cur"); or dies(); end either;
    list_2:   either names := names \cup In(IF NEW_FIRST THEN "cur" ELSE "new"); or dies(); end either;

    \* MaildirBox::settle_pending: sync_directory, then one transaction
    settle:   either
                  if SYNCS_FOUND /\ \E m \in Mails : row[m] = "pending" then file_disk := file; end if;
              or
                  dies();
              end either;
    settled:  either
                  with there = {m \in Mails : row[m] = "pending" /\
                                  (SETTLE = "trust" \/ (SETTLE = "look" /\ <<m, place[m]>> \in names))} do
                      row := [m \in Mails |-> IF m \in there THEN "done"
                                              ELSE IF row[m] = "pending" THEN "none" ELSE row[m]];
                      found := found \ there;
                      if TELLS_LEI then told := told \cup there; end if;
                  end with;
              or
                  dies();
              end either;

    \* Delivery::take, MaildirBox::put: MaildirWriter::prepare writes into tmp/ and says which name is free
    put:      either
                  name := [m \in Mails |-> IF <<m, 1>> \in names THEN 2 ELSE 1];
              or
                  dies();
              end either;

    \* Batch::intend
    intend:   either
                  if INTENDS then
                      row := [m \in Mails |-> IF m \in found THEN "pending" ELSE row[m]];
                      place := [m \in Mails |-> IF m \in found THEN name[m] ELSE place[m]];
                  end if;
              or
                  dies();
              end either;

    \* MaildirWriter::publish: sync_pending
    sync:     either
                  if SYNCS_FILES then on_disk := found; end if;
              or
                  dies();
              end either;

    \* rename_to_final, a file after the other; never over one that is there
    publish:  while out /= found do
                  either
                      with m = CHOOSE k \in found \ out : \A j \in found \ out : k <= j,
                           n = IF file[<<m, name[m]>>] = "none" THEN name[m] ELSE 2 do
                          out := out \cup {m};
                          name[m] := n;
                          file[<<m, n>>] := "new";
                          torn := torn \ {<<m, n>>};
                          synced := IF m \in on_disk THEN synced \cup {<<m, n>>} ELSE synced \ {<<m, n>>};
                          again := again \cup ({m} \cap gone);
                      end with;
                  or
                      dies();
                  end either;
              end while;

    sync_out: either if SYNCS_DIRECTORIES then file_disk := file; end if; or dies(); end either;

    \* Batch::done, Ledger::tell_lei: one transaction
    finish:   either
                  told := told \cup found;
                  row := [m \in Mails |-> IF m \in found THEN "done" ELSE row[m]];
                  place := [m \in Mails |-> IF m \in found THEN name[m] ELSE place[m]];
              or
                  dies();
              end either;

    \* Delivery::remember
    remember: either read_to := MAILS; or dies(); end either;

    \* deliver() returns
    report:   either reported := reported \cup {m \in Mails : row[m] = "done"}; or dies(); end either;

    leave:    search_lock := 0;
              forget();
              goto take;
end process;

\* The user and a mail program, whenever they like.
process user = 3
begin
    act:      while deeds > 0 do
                  deeds := deeds - 1;
                  either
                      with c \in In("new") do file[c] := "cur"; end with;
                  or
                      with c \in In("new") \cup In("cur") do
                          file[c] := "none";
                          dropped := dropped \cup {c[1]};
                          if row[c[1]] = "done" then gone := gone \cup {c[1]}; end if;
                      end with;
                  end either;
              end while;
end process;

end algorithm; *)
\* BEGIN TRANSLATION
\* END TRANSLATION

\* After the last kill and the last power cut, all of it arrives.
Delivered == <>(reported = Mails)
================================================================================
