/** A live engine with a journal, killed again and again; what it did outside is compared with a model. */
package io.millrace.bench.kill;
