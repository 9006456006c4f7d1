/**
 * What made an output: {@link io.millrace.lineage.Explanation}, the result of {@code Explain}, which prints itself as
 * text and as JSON.
 */
package io.millrace.lineage;
