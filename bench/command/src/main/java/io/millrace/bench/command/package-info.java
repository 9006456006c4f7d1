/** What the commands behind {@code bench/run} have in common: options, files of results, places of a page, exit codes. */
package io.millrace.bench.command;
