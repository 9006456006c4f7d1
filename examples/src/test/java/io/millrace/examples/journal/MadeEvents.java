package io.millrace.examples.journal;

import io.millrace.engine.Engine;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Reply;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Random;

/**
 * Events of one input, made from its type alone, so that they fit a topology that nobody has written yet: few keys, small and large
 * amounts, and an event time that goes on.
 */
final class MadeEvents<V> {
    /** An event, and its place in the input order. */
    record Published(long at, String input, String text) {}

    private static final int KEYS = 5;
    private static final int LARGE = 100_000;

    private final Input<V> input;
    private final Random random;
    private final RecordComponent[] components;
    private final Constructor<?> maker;

    /** Which component is the event time, and the nanoseconds of its unit; -1 where there is none. */
    private int timeAt = -1;

    private long unitNs;

    private MadeEvents(Input<V> input, Random random) throws ReflectiveOperationException {
        this.input = input;
        this.random = random;
        Class<? extends Record> record = input.type().recordClass();
        if (record == null && !isOfReplies()) {
            throw new IllegalStateException(
                    "input " + input + ": its events are neither records nor replies; say here how one is made");
        }
        components = record == null ? new RecordComponent[0] : record.getRecordComponents();
        maker = record == null
                ? null
                : record.getDeclaredConstructor(
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        if (maker != null) {
            maker.setAccessible(true);
            findTime();
        }
    }

    static <V> MadeEvents<V> of(Input<V> input, Random random) {
        try {
            return new MadeEvents<>(input, random);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether they are answers of a service, which come when it was asked, and by what it was asked. */
    boolean isOfReplies() {
        return input.type().newView() instanceof Reply;
    }

    /** The event time is what changes with the component in which it stands. */
    private void findTime() {
        Object[] values = new Object[components.length];
        Arrays.setAll(values, i -> value(components[i], -1));
        for (int i = 0; i < values.length && input.hasEventTime() && !input.isTimeInHeader(); i++) {
            if (components[i].getType() == long.class) {
                Object[] changed = values.clone();
                values[i] = 0L;
                changed[i] = 1L;
                long ns = input.timeNs(made(changed)) - input.timeNs(made(values));
                timeAt = ns > 0 ? i : timeAt;
                unitNs = ns > 0 ? ns : unitNs;
            }
        }
        if (timeAt < 0 && input.hasEventTime() && !input.isTimeInHeader()) {
            throw new IllegalStateException(
                    "input " + input + ": its event time is none of its numbers; say here how" + " one is made");
        }
    }

    @SuppressWarnings("unchecked") // the events of a type of records are those records
    private V made(Object[] values) {
        try {
            return (V) maker.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("input " + input + ": " + Arrays.toString(values), e);
        }
    }

    private Object value(RecordComponent of, long timeUnits) {
        Class<?> type = of.getType();
        if (type == long.class) {
            return timeUnits >= 0 ? timeUnits : (long) whole();
        }
        if (type == int.class) {
            return whole();
        }
        if (type == double.class) {
            return random.nextDouble() * (random.nextBoolean() ? 1 : random.nextInt(300));
        }
        if (type == boolean.class) {
            return random.nextBoolean();
        }
        if (type == String.class) {
            return Character.toString('A' + random.nextInt(KEYS));
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
        }
        throw new IllegalStateException("input " + input + ", " + of + ": say here which values such a component has");
    }

    private int whole() {
        return random.nextInt(4) > 0 ? random.nextInt(KEYS) : random.nextInt(LARGE);
    }

    /** Publishes one; answers what the journal has of it. */
    Published publish(Engine to, long timeNs) {
        Object[] values = new Object[components.length];
        Arrays.setAll(values, i -> value(components[i], i == timeAt ? timeNs / unitNs : -1));
        V event = made(values);
        byte[] bytes = new byte[input.type().maxLength()];
        String text = input.type().text(bytes, 0, input.type().encode(event, bytes, 0));
        long at = to.publisher(input).publish(event, input.isTimeInHeader() ? new Header().timeNs(timeNs) : null);
        return new Published(at, input.name(), text);
    }

    /** Publishes the answer to what was asked by an output. */
    void answer(Engine to, long sequence, int ordinal) {
        byte[] bytes = new byte[input.type().maxLength()];
        bytes[0] = 1;
        bytes[1] = (byte) random.nextInt(KEYS * KEYS); // its first number, where it begins with one
        int length = 1;
        while (input.type().check(bytes, 0, length) != null) {
            length++;
        }
        V reply = input.type().newView().wrap(bytes, 0, length);
        to.publisher(input).publish(reply, new Header().cause(sequence, ordinal));
    }

    void end(Engine to) {
        to.publisher(input).end();
    }
}
