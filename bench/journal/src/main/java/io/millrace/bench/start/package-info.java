/** How the processes are started that a benchmark kills. */
package io.millrace.bench.start;
