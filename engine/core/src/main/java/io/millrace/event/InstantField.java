package io.millrace.event;

import java.lang.invoke.MethodHandle;
import java.time.Instant;

/** A point in time as nanoseconds from the epoch in a long: from September 1677 to April 2262. */
record InstantField(FieldName name, int offset) implements RecordField {
    private static final long NS_OF_SECOND = 1_000_000_000L;
    private static final long SECONDS_MAX = Long.MAX_VALUE / NS_OF_SECOND;

    @Override
    public int size() {
        return Long.BYTES;
    }

    @Override
    public Class<?> type() {
        return Instant.class;
    }

    @Override
    public MethodHandle reader() {
        return RecordHandles.bound(this, "read", Instant.class, byte[].class, int.class);
    }

    @Override
    public MethodHandle writer() {
        return RecordHandles.bound(this, "write", void.class, byte[].class, int.class, Instant.class);
    }

    @Override
    public MethodHandle canonical() {
        return RecordHandles.bound(this, "canonical", Instant.class, Instant.class);
    }

    Instant read(byte[] bytes, int at) {
        return Instant.ofEpochSecond(0, Bytes.getLong(bytes, at + offset));
    }

    void write(byte[] bytes, int at, Instant value) {
        Bytes.putLong(bytes, at + offset, epochNs(value));
    }

    Instant canonical(Instant value) {
        epochNs(value);
        return value;
    }

    private long epochNs(Instant value) {
        if (value == null) {
            throw name.missing();
        }
        // Before the epoch one second is moved into the nanoseconds: else the least long would overflow on its way.
        long before = value.getEpochSecond() >>> 63;
        long seconds = value.getEpochSecond() + before;
        long ns = value.getNano() - before * NS_OF_SECOND;
        if (seconds >= -SECONDS_MAX && seconds <= SECONDS_MAX) {
            long sum = seconds * NS_OF_SECOND + ns;
            if (ns < 0 == sum < seconds * NS_OF_SECOND) {
                return sum;
            }
        }
        throw name.outOfRange(value, "does not fit nanoseconds in 64 bits (1677 to 2262)");
    }

    @Override
    public String check(byte[] bytes, int at) {
        return null;
    }

    @Override
    public void appendValue(StringBuilder out, byte[] bytes, int at) {
        out.append(read(bytes, at));
    }

    @Override
    public void appendLayout(StringBuilder out) {
        out.append(name.path()).append(" epoch-ns@").append(offset);
    }
}
