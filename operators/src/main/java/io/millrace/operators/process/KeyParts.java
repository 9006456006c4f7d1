package io.millrace.operators.process;

import io.millrace.event.Bytes;
import io.millrace.event.MisuseException;
import java.nio.charset.StandardCharsets;

/** Reads the fields of a key: numbers of eight bytes, and texts behind their length of two bytes. */
final class KeyParts {
    private final String kind;
    private final String[] parts;
    private final boolean isNumber;

    /** A kind such as {@code long} or {@code text,long}; the key is one number when it has no bytes. */
    KeyParts(String kind, boolean isNumber) {
        this.kind = kind;
        this.isNumber = isNumber;
        parts = kind.split(",");
    }

    long number(long key) {
        if (!isNumber) {
            throw new MisuseException("the key is " + kind + " and no single number; use keyText or keyNumber(field)");
        }
        return key;
    }

    long number(byte[] bytes, int field) {
        int at = find(bytes, field, "long");
        return Bytes.getLong(bytes, at);
    }

    String text(byte[] bytes, int field) {
        int at = find(bytes, field, "text");
        return new String(bytes, at + 2, Bytes.getShort(bytes, at) & 0xffff, StandardCharsets.UTF_8);
    }

    private int find(byte[] bytes, int field, String wanted) {
        if (isNumber || field < 0 || field >= parts.length || !parts[field].equals(wanted)) {
            throw new MisuseException("field " + field + " of the key is not a " + wanted + "; the key is " + kind);
        }
        int at = 0;
        for (int i = 0; i < field; i++) {
            at += parts[i].equals("long") ? Long.BYTES : 2 + (Bytes.getShort(bytes, at) & 0xffff);
        }
        return at;
    }
}
