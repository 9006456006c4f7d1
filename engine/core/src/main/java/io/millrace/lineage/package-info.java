/** What made an output: {@link io.millrace.lineage.Explanation}, as {@code Explain} tells it, which prints itself, as JSON too. */
package io.millrace.lineage;
