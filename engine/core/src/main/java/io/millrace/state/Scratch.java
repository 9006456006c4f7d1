package io.millrace.state;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a field that does not live across entries and is not in a snapshot: it has no meaning when the next entry
 * begins, or is computed again from what is saved.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.TYPE})
public @interface Scratch {
    /**
     * Returns why it need not be saved.
     *
     * @return a few words
     */
    String value();
}
