package io.millrace.event;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How many decimals a {@code BigDecimal} or {@code long} component of a record has: with 2, the long 1234 stands for
 * 12.34.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Scale {
    /**
     * Returns the number of decimals.
     *
     * @return 0 to 18
     */
    int value();
}
