/**
 * The log of an engine's input, on Aeron Archive: {@link io.millrace.transport.journal.ArchiveJournal} is the door.
 *
 * <pre>
 *  host's journal thread                      the journal's one thread (millrace-journal)
 *  append, commit ─▶ FrameWriter ─offer─▶ IPC publication ─▶ archive ─write, force─▶ 0-N.rec
 *  work ◀─ durable ◀─ InFlight ◀──────────── recorded position ◀─┘        (and driver, and client)
 *
 *  directory/                   0700, all files 0600
 *    lock                       held while a host appends; the system lets go of it when the process ends
 *    manifest                   what belongs to the log: facts, epochs, snapshots, what was given up, clean closings
 *    marks                      numbers that survive a kill: of the host, and how far entries were durable
 *    epoch-0000001/0-0.rec …    what the first start wrote, in files of a fixed length; 0-16777216.rec is the next
 *    epoch-0000002/…            what the second start wrote
 *    snapshot-…                 what the host made of all entries below a place
 * </pre>
 *
 * <p><b>An archive for each start.</b> An archive begins in an empty directory, makes one recording and is thrown away;
 * what it left are plain files that only this package reads. So nothing rests on an archive's own recovery, which, tried
 * with 1.51, cut logs after a crash without a word, took bytes inside an old message for a frame, refused to start with a
 * frame torn at a page, and waited ten seconds for the mark file of a killed process. It costs a directory a start, and a
 * new one begins in some tenths of a second.
 *
 * <p><b>What is durable</b> follows from the recorded position alone, read before the recording is found alive: an archive
 * has accepted and delivered messages that it never recorded. Behind the first error nothing is acknowledged any more,
 * and a force that failed is not tried again: pages may count as clean behind it. For that reason an opening writes the
 * last file anew, and the manifest, instead of forcing what is there.
 *
 * <p><b>Opening</b> looks at the last two files of the newest epoch ({@code Tail}); all others are checked when they are read, sum,
 * chain and order of each frame. Torn behind what was durable: cut, and said. Damaged below: refused, with the place, the
 * number of entries and what can be done. What was durable is known from later frames, from the manifest, from snapshots
 * and from {@code marks}; when power is lost within some milliseconds of the last write, marks may be older, and damage of just
 * these last frames is then taken for what the loss of power tore. At level DISK marks that a host {@link
 * io.millrace.journal.JournalLog.Marks#reserve reserves} say no less behind it than they did.
 *
 * <p><b>At level PROCESS</b> files are forced before the manifest speaks of what is in them: a snapshot, a clean closing, an epoch behind them.
 * Which start of the machine wrote an epoch stands in the manifest too. Where another one opens it, or the system does not say
 * which one it is, power may have been lost: frames say nothing of others then, and the log is read from the last place that was forced,
 * up to the first hole. Damage below that place is damage.
 *
 * <p><b>The host's JVM does not end here</b>: driver, archive and client have error handlers of ours and a clock that does
 * not jump; buffers stay mapped until the host has closed the log, also when the archive is long gone.
 */
package io.millrace.transport.journal;
