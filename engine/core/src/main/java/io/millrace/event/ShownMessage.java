package io.millrace.event;

/**
 * What an exception carries whose message has no field of an event in it, in plain: it is shown where events have {@link Sensitive} fields,
 * too, while of any other thing thrown there the class is shown alone. The engine's own are such, as far as they tell of a cure.
 */
public interface ShownMessage {}
