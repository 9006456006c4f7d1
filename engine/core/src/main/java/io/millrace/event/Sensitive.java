package io.millrace.event;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record component that text forms, logs, metrics and listings show only as a keyed hash; the stored bytes are
 * unchanged. For exceptions that functions throw over such events only the class is shown, and the message only if the
 * exception is a {@link ShownMessage} ({@link ThrownText}).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Sensitive {}
