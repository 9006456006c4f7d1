package io.millrace.event;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A record component that text forms, logs, metrics and listings show as a keyed hash only; the bytes stay whole. Of exceptions that
 * functions throw over such events the class is shown, and the message only of those that carry {@link ShownMessage} ({@link ThrownText}).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Sensitive {}
