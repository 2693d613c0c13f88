---------------------------- MODULE archive_writer ----------------------------
\* How mail gets into the git history of an archive (src/archive): two runs of `lorelei archive import` with the same
\* mailbox, killed at any moment, and a machine that may lose power.
\*
\* A commit is written as the history that ends with it: <<1, 2>> is the commit of mail 2 on top of that of mail 1.
\*
\* Of a power cut this is assumed: names (renamed files, new directories) come to the disk in the order in which they
\* were made, at any time, or at once by fsync of the directory; what is in a file comes there by fsync of the file.
\* That is what journalling file systems do. A kill takes nothing away that was written.
\*
\* A constant that is FALSE leaves out the step which its comment names.
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    KILLS,                \* how many times a process is killed
    CUTS,                 \* how many times the power goes
    LOCKS,                \* Importer::open: inbox.lock is taken, before anything is read
    IMPORTER_HOLDS_LOCK,  \* EpochWriter::Options::lock_fd: git fast-import has the lock too, and may outlive us with it
    DROPS_STALE_LOCKS,    \* EpochWriter::Impl::drop_stale_locks: refs/heads/master.lock of a killed git
    SYNCS_OBJECTS,        \* LooseWriter::add; core.fsync=all for git: what is in an object is on the disk
    SYNCS_OWN_MOVE,       \* LooseWriter::move_branch: fsync of the directory in which the branch was renamed
    SYNCS_GITS_MOVE,      \* git::sync_names: the same after git fast-import, which does not do it
    SYNCS_FOUND           \* and for a branch that a killed run has moved, before its mail counts as there

Writers == {1, 2}
Mailbox == <<1, 2>>

(*--algorithm archive_writer
variables
    branch = <<>>,        \* refs/heads/master: its commit, as every process sees it
    branch_disk = <<>>,   \* as it surely is after a power cut
    objects = {},         \* commits, with their trees and blobs
    intact = {},          \* of these, those that are on the disk
    branch_lock = FALSE,  \* refs/heads/master.lock is there
    archive_lock = 0,     \* whose inbox.lock is; 0: nobody's
    reported = {},        \* mails of which a run has said that the archive has them
    kills = KILLS,
    cuts = CUTS;

define
    Mails(history) == {history[i] : i \in 1..Len(history)}
    Commits(on, mails) == {on \o SubSeq(mails, 1, i) : i \in 1..Len(mails)}
    StartsWith(history, first) == Len(first) <= Len(history) /\ SubSeq(history, 1, Len(first)) = first

    \* Who reads the branch, at any time and without a lock, can read all of its history.
    Whole == Commits(<<>>, branch) \subseteq objects
    NothingLost == reported \subseteq Mails(branch)
    NothingTwice == Cardinality(Mails(branch)) = Len(branch)
end define;

macro forget() begin
    known := {};
    tip := <<>>;
    batch := <<>>;
    orphan := FALSE;
end macro;

\* kill -9 of the run, or of what is left of it: the kernel lets go of its lock.
macro killed() begin
    await kills > 0;
    kills := kills - 1;
    if archive_lock = self then archive_lock := 0; end if;
end macro;

\* Only where no other process is at work: it would have to end as well.
macro power_cut() begin
    await cuts > 0;
    cuts := cuts - 1;
    objects := intact;
    with now \in {branch, branch_disk}, is_locked \in {branch_lock, FALSE} do
        branch := now;
        branch_disk := now;
        branch_lock := is_locked;
    end with;
    archive_lock := 0;
end macro;

macro dies() begin
    either killed(); or power_cut(); end either;
    forget();
    goto take;
end macro;

\* While git fast-import works: the power; or it alone, which leaves its lock of the branch.
macro dies_importing() begin
    either
        power_cut();
        forget();
        goto take;
    or
        await kills > 0;
        kills := kills - 1;
        goto leave;
    end either;
end macro;

\* The run that started git fast-import dies, and that goes on.
macro is_left_alone() begin
    await kills > 0 /\ ~orphan;
    kills := kills - 1;
    orphan := TRUE;
    if ~IMPORTER_HOLDS_LOCK then archive_lock := 0; end if;
end macro;

fair process writer \in Writers
variables
    known = {},      \* KnownMessages: which mails the archive has
    tip = <<>>,      \* EpochWriter::Impl::tip: the commit to go on from
    batch = <<>>,    \* mails to be written
    orphan = FALSE;  \* the run is dead, its git fast-import is not
begin
    \* Importer::open: Inbox::lock
    take:   either
                if LOCKS then
                    await archive_lock = 0;
                    archive_lock := self;
                end if;
            or
                await archive_lock = 0;
                power_cut();
                goto take;
            end either;

    \* Importer::open: KnownMessages::load, of the index and of what is in git behind it
    know:   either known := Mails(branch); or dies(); end either;

    \* EpochWriter::open: Impl::use, drop_stale_locks
    open:   either
                if DROPS_STALE_LOCKS then branch_lock := FALSE; end if;
                if SYNCS_FOUND then branch_disk := branch; end if;
                tip := branch;
            or
                dies();
            end either;

    \* Importer::add, for each mail; the user may stop it at any of them, and what was read is kept
    choose: either
                with fresh = SelectSeq(Mailbox, LAMBDA m : m \notin known) do
                    if fresh = <<>> then
                        goto report;
                    else
                        with n \in 1..Len(fresh) do batch := SubSeq(fresh, 1, n); end with;
                    end if;
                end with;
            or
                dies();
            end either;

    \* EpochWriter::Impl::commit: a few are written by ourselves, more by git fast-import
    how:    either goto few_objects; or goto many_pack; end either;

    \* EpochWriter::Impl::write_few: LooseWriter::add
    few_objects:
            either
                objects := objects \cup Commits(tip, batch);
                if SYNCS_OBJECTS then intact := intact \cup Commits(tip, batch); end if;
            or
                dies();
            end either;

    \* LooseWriter::move_branch: refs/heads/master.lock, made only if it is not there
    few_lock:
            either
                if branch_lock then goto leave; else branch_lock := TRUE; end if;
            or
                dies();
            end either;

    \* LooseWriter::check_branch
    few_check:
            either
                if branch /= tip then
                    branch_lock := FALSE;
                    goto leave;
                end if;
            or
                dies();
            end either;

    \* rename
    few_move:
            either
                branch := tip \o batch;
                branch_lock := FALSE;
            or
                dies();
            end either;

    \* sync_directory
    few_sync:
            either
                if SYNCS_OWN_MOVE then branch_disk := branch; end if;
                goto report;
            or
                dies();
            end either;

    \* EpochWriter::Impl::checkpoint or finish has told git fast-import to write what it has: packs first
    many_pack:
            either
                objects := objects \cup Commits(tip, batch);
                if SYNCS_OBJECTS then intact := intact \cup Commits(tip, batch); end if;
            or
                dies_importing();
            or
                is_left_alone();
                goto many_pack;
            end either;

    many_lock:
            either
                if branch_lock then goto leave; else branch_lock := TRUE; end if;
            or
                dies_importing();
            or
                is_left_alone();
                goto many_lock;
            end either;

    \* It moves a branch only to a commit that has the present one behind it.
    many_move:
            either
                branch_lock := FALSE;
                if StartsWith(tip \o batch, branch) then branch := tip \o batch; else goto leave; end if;
            or
                dies_importing();
            or
                is_left_alone();
                goto many_move;
            end either;

    \* EpochWriter::Impl::finish: it has ended well, or has answered; an orphan just ends
    many_sync:
            either
                if orphan then goto leave; elsif SYNCS_GITS_MOVE then branch_disk := branch; end if;
            or
                dies();
            end either;

    \* import_mail returns: so many were added, so many were there
    report: either reported := reported \cup known \cup Mails(batch); or dies(); end either;

    \* ~Importer, also after an error
    leave:  if archive_lock = self then archive_lock := 0; end if;
            forget();
            goto take;
end process;

end algorithm; *)
\* BEGIN TRANSLATION
\* END TRANSLATION

\* After the last kill and the last power cut, whoever goes on trying gets everything in.
Arrives == <>(reported = Mails(Mailbox))
===============================================================================
