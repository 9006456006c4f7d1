/** What can be done with a journal of any topology that a provider offers: run it once more, explain an output, or run a changed one over it. */
package io.millrace.examples.journal;
