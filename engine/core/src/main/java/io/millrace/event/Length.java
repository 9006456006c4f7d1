package io.millrace.event;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The most ASCII characters that a text component of a record holds. Text with other characters is refused
 * ({@link Reason#OUT_OF_RANGE}); for such text use an SBE message, or an {@link EventType} of your own.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Length {
    /**
     * Returns the bound.
     *
     * @return the number of characters, 1 to 4096
     */
    int value();
}
