/** One input, run in all ways there are: the same bits have to come out. */
package io.millrace.bench.identical;
