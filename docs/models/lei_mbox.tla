------------------------------- MODULE lei_mbox -------------------------------
\* How a saved search is appended to an mbox (src/lei/mbox_box), killed at any moment, with power cuts, beside a mail
\* program that appends mail of its own.
\*
\* The file is a sequence of pieces: a mail of ours is two, <<1, 1>> and <<1, 2>>; one of the other program is <<9, 1>>.
\*
\* Of a power cut this is assumed: the file ends somewhere between the length that was last synced and its present one.
\*
\* A constant that is FALSE leaves out what its comment names.
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    KILLS,          \* how many times a run is killed
    CUTS,           \* how many times the power goes
    OTHERS,         \* how many mails the other program appends
    LOCKS,          \* MboxBox::lock, from the first look to the end
    NOTES,          \* MboxBox::flush: where the batch begins, and its bytes, are in the ledger together with its rows
    COPIES_TAIL,    \* take_back_part: what others wrote behind a part of ours is copied before the file is cut
    SYNCS,          \* MboxBox::append: fsync
    SYNCS_FOUND     \* settle_pending: fsync of what a killed run has left

Mails == {1, 2}
Other == <<9, 1>>
Bytes(m) == << <<m, 1>>, <<m, 2>> >>

(*--algorithm lei_mbox
variables
    \* The ledger, as it was committed
    row = [m \in Mails |-> "none"],  \* none, pending, done
    note = [from |-> 0, bytes |-> <<>>],
    \* The mbox
    file = <<>>,
    synced = 0,         \* pieces that surely are on the disk
    mbox_lock = 0,
    copy = <<>>,        \* PLACE.before-TIME, PLACE.before-TIME-2: none takes the place of another
    written = 0,        \* mails that the other program has appended
    lost = 0,           \* of these, those that a power cut has taken
    kills = KILLS,
    cuts = CUTS;

define
    Least(m, n) == IF m < n THEN m ELSE n
    Behind(n) == SubSeq(file, n + 1, Len(file))
    \* length_of_ours: how far two sequences are equal
    Equal(a, b) == CHOOSE n \in 0..Least(Len(a), Len(b)) :
                       /\ SubSeq(a, 1, n) = SubSeq(b, 1, n)
                       /\ n < Least(Len(a), Len(b)) => a[n + 1] /= b[n + 1]
    Places(m) == {i \in 1..(Len(file) - 1) : SubSeq(file, i, i + 1) = Bytes(m)}
    OthersIn(pieces) == Cardinality({i \in 1..Len(pieces) : pieces[i] = Other})
    Pending == {m \in Mails : row[m] = "pending"}

    NothingLost == \A m \in Mails : row[m] = "done" => Places(m) /= {}
    NothingTwice == \A m \in Mails : Cardinality(Places(m)) <= 1
    \* Once what a killed run has left is settled, no mail of ours is there by half.
    Whole == Pending = {} => \A m \in Mails : \A i \in 1..Len(file) : file[i] = <<m, 1>> => i \in Places(m)
    OthersStay == OthersIn(file) + OthersIn(copy) + lost >= written
end define;

macro dies() begin
    either
        await kills > 0;
        kills := kills - 1;
    or
        await cuts > 0;
        cuts := cuts - 1;
        with n \in synced..Len(file) do
            lost := lost + OthersIn(Behind(n));
            file := SubSeq(file, 1, n);
            synced := n;
        end with;
    end either;
    if mbox_lock = 1 then mbox_lock := 0; end if;
    rest := <<>>;
    goto take;
end macro;

fair process up = 1
variables rest = <<>>;  \* what is still to be written
begin
    take:     if LOCKS then
                  await mbox_lock = 0;
                  mbox_lock := 1;
              end if;

    \* settle_pending: take_back_part
    part:     either
                  if NOTES /\ Pending /= {} then
                      with tail = Behind(note.from), n = Equal(tail, note.bytes) do
                          if n = 0 \/ n = Len(note.bytes) then
                              goto settle;
                          else
                              rest := SubSeq(tail, n + 1, Len(tail));
                          end if;
                      end with;
                  else
                      goto settle;
                  end if;
              or
                  dies();
              end either;
    save:     either if COPIES_TAIL /\ rest /= <<>> then copy := copy \o rest; end if; or dies(); end either;
    cut:      either
                  file := SubSeq(file, 1, note.from);
                  synced := Least(synced, note.from);
              or
                  dies();
              end either;
    back:     either
                  file := file \o rest;
                  rest := <<>>;
              or
                  dies();
              end either;

    \* settle_pending: each(), fsync, one transaction
    settle:   either if SYNCS_FOUND /\ Pending /= {} then synced := Len(file); end if; or dies(); end either;
    settled:  either
                  row := [m \in Mails |-> IF row[m] = "pending" THEN IF Places(m) /= {} THEN "done" ELSE "none"
                                          ELSE row[m]];
              or
                  dies();
              end either;

    \* put, flush: Batch::intend
    intend:   either
                  with batch = IF row[1] = "none" THEN IF row[2] = "none" THEN Bytes(1) \o Bytes(2) ELSE Bytes(1)
                               ELSE IF row[2] = "none" THEN Bytes(2) ELSE <<>> do
                      if batch = <<>> then
                          goto leave;
                      else
                          rest := batch;
                          note := [from |-> Len(file), bytes |-> batch];
                          row := [m \in Mails |-> IF row[m] = "none" THEN "pending" ELSE row[m]];
                      end if;
                  end with;
              or
                  dies();
              end either;

    \* append
    write:    while rest /= <<>> do
                  either
                      file := Append(file, Head(rest));
                      rest := Tail(rest);
                  or
                      dies();
                  end either;
              end while;
    sync:     either if SYNCS then synced := Len(file); end if; or dies(); end either;

    \* Batch::done
    finish:   either row := [m \in Mails |-> "done"]; or dies(); end either;

    \* MboxBox::finish; some day there is a next run
    leave:    if mbox_lock = 1 then mbox_lock := 0; end if;
              goto take;
end process;

\* It asks for the lock, and syncs nothing.
fair+ process other = 2
begin
    deliver:  while written < OTHERS do
                  await mbox_lock = 0;
                  file := Append(file, Other);
                  written := written + 1;
              end while;
end process;

end algorithm; *)
\* BEGIN TRANSLATION
\* END TRANSLATION

Delivered == <>(\A m \in Mails : row[m] = "done")
===============================================================================
