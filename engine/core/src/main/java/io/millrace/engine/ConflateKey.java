package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.operator.KeyHash;
import java.util.Arrays;

/** By what an event is told apart from others that wait in front of the ring: a number, or a text. Of one publisher. */
class ConflateKey {
    private final byte[] text;
    private final long seed;
    private int length = -1;
    private long number;

    /**
     * None yet.
     *
     * @param chars the longest text; 0 for numbers
     * @param seed  of the backlog
     */
    ConflateKey(int chars, long seed) {
        text = new byte[chars * Character.BYTES];
        this.seed = seed;
    }

    ConflateKey number(long key) {
        number = key;
        return this;
    }

    ConflateKey text(CharSequence key) {
        int chars = key.length();
        if (chars * Character.BYTES > text.length) {
            throw new IllegalArgumentException("it has " + chars + " characters, more than the "
                    + "declared maximum of " + text.length / Character.BYTES);
        }
        for (int i = 0; i < chars; i++) {
            Bytes.putShort(text, i * Character.BYTES, (short) key.charAt(i));
        }
        length = chars * Character.BYTES;
        number = KeyHash.of(seed, text, length);
        return this;
    }

    /** The number, or a hash of the text. */
    long number() {
        return number;
    }

    boolean isText() {
        return length >= 0;
    }

    boolean isText(byte[] other, int otherLength) {
        return Arrays.equals(text, 0, length, other, 0, otherLength);
    }

    /** Copies the text; answers how many bytes that are. */
    int copyText(byte[] into) {
        System.arraycopy(text, 0, into, 0, length);
        return length;
    }
}
