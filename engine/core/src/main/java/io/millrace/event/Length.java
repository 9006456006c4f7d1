package io.millrace.event;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How many ASCII characters a text component of a record holds. Any other is refused ({@link Reason#OUT_OF_RANGE}): an event whose
 * texts have them is an SBE message, or of an {@link EventType} of your own.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Length {
    /**
     * The bound.
     *
     * @return the number of characters, 1 to 4096
     */
    int value();
}
