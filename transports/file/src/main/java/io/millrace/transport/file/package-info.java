/**
 * Events in files: CSV in and out, plain or gzip, and the rows that were not taken.
 *
 * <pre>
 *   FileInput ─▶ RowScanner ─▶ CsvReader / CsvRow ─▶ the program ─▶ CsvWriter ─▶ TextBuffer ─▶ FileOutput
 *   (Gunzip)     rows, fields   columns, values          │           quotes       numbers       (GzipOut)
 *                                                        ▼
 *                                   RowProblem ─▶ DeadLetterWriter
 * </pre>
 *
 * <p>Two kinds of trouble, kept apart: a {@link io.millrace.transport.file.RowProblem} is one row that cannot be taken,
 * and the reading goes on; a {@link io.millrace.transport.file.FileFault} is a file that cannot be read to its end or be
 * written, in one line fit for standard error, and everything before it stays valid.
 *
 * <p>Numbers are exact both ways: in as {@link java.lang.Double#parseDouble} reads them, out with the fewest digits that
 * read back the same ({@link io.millrace.transport.file.ShortestDouble}). Nothing is allocated a row, except for bad
 * ones. Every object here belongs to one thread.
 */
package io.millrace.transport.file;
