package io.millrace.sbe;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The enums in a block, those within its composites too, and which numbers the generated code knows: at any other one its getter throws,
 * in the middle of an operator. Code that was generated to decode what it does not know ({@code sbe.decode.unknown.enum.values}) throws at
 * none, and its enums are not looked at.
 */
final class SbeEnums {
    /** No choice has this many bytes. */
    private static final int LONGEST = Long.BYTES;

    private static final int BITS = 6;
    private static final String UNKNOWN = "SBE_UNKNOWN";

    /** A field; of one byte each known number is a bit, of more bytes they are in order. */
    private record Known(
            String name, String type, int offset, int length, int since, long[] numbers, boolean isBigEndian) {
        boolean has(byte[] bytes, int block) {
            int at = block + offset;
            if (length == 1) {
                int number = bytes[at] & 0xff;
                return (numbers[number >> BITS] & 1L << number) != 0;
            }
            return Arrays.binarySearch(numbers, number(bytes, at)) >= 0;
        }

        /** Its bits, without a sign. */
        private long number(byte[] bytes, int at) {
            long number = 0;
            for (int i = 0; i < length; i++) {
                number = number << Byte.SIZE | bytes[isBigEndian ? at + i : at + length - 1 - i] & 0xff;
            }
            return number;
        }
    }

    private final Known[] all;

    private SbeEnums(List<Known> all) {
        this.all = all.toArray(new Known[0]);
    }

    /** Of a generated decoder with these fields. */
    static SbeEnums of(Class<?> decoder, List<SbeBlock.Field> fields, boolean isBigEndian) {
        List<Known> all = new ArrayList<>();
        for (SbeBlock.Field f : fields) {
            collect(decoder, f, f.name(), f.offset(), f.since(), isBigEndian, all);
        }
        return new SbeEnums(all);
    }

    /** What is in a composite is there wherever that is: generated code asks for the version of that alone. */
    private static void collect(
            Class<?> decoder,
            SbeBlock.Field field,
            String name,
            int offset,
            int since,
            boolean isBigEndian,
            List<Known> all) {
        Class<?> type = field.length() == 0 ? null : SbeBlock.typeOf(decoder, field.name());
        if (type == null) {
            return; // a constant stands in no message, and bytes are bytes
        }
        if (!type.isEnum()) {
            for (SbeBlock.Field f : SbeBlock.composed(type)) {
                collect(type, f, name + "." + f.name(), offset + f.offset(), since, isBigEndian, all);
            }
        } else if (Arrays.stream(type.getEnumConstants())
                .noneMatch(c -> ((Enum<?>) c).name().equals(UNKNOWN))) {
            long[] numbers = numbers(type, field.length());
            all.add(new Known(name, field.type(), offset, field.length(), since, numbers, isBigEndian));
        }
    }

    private static long[] numbers(Class<?> type, int length) {
        Object[] constants = type.getEnumConstants();
        long[] numbers = new long[constants.length];
        for (int i = 0; i < constants.length; i++) {
            numbers[i] = number(type, constants[i]) & -1L >>> (LONGEST - length) * Byte.SIZE;
        }
        Arrays.sort(numbers);
        return length == 1 ? bits(numbers) : numbers;
    }

    private static long number(Class<?> type, Object constant) {
        try {
            Method value = type.getMethod("value");
            Object number = value.invoke(constant);
            return number instanceof Character c ? c : ((Number) number).longValue();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type.getName() + ": value() of " + constant + " failed: " + e, e);
        }
    }

    private static long[] bits(long[] numbers) {
        long[] bits = new long[1 << Byte.SIZE - BITS];
        for (long number : numbers) {
            bits[(int) number >> BITS] |= 1L << number;
        }
        return bits;
    }

    boolean isEmpty() {
        return all.length == 0;
    }

    /**
     * Null where each of a block of that version is known, else what is not; the block is there as far as it has to be.
     *
     * @param group  whose entry the block is; empty of that of the message
     * @param hidden what is not shown
     */
    String check(byte[] bytes, int block, int version, String group, SbeSensitive hidden) {
        for (Known one : all) {
            if (version >= one.since && !one.has(bytes, block)) {
                String is = hidden.hides(group, one.name) ? "" : one.number(bytes, block + one.offset) + ", ";
                return one.name + " of version " + version + " is " + is + "none of " + one.type;
            }
        }
        return null;
    }
}
