package io.millrace.state;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What does not live across entries and is in no snapshot: of no meaning when the next entry begins, or made again from what is saved.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.TYPE})
public @interface Scratch {
    /**
     * Why it need not be saved.
     *
     * @return a few words
     */
    String value();
}
