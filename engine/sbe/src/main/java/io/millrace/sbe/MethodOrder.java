package io.millrace.sbe;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The names of the methods of a class in the order of its class file, which is that of the source. Reflection promises
 * no order, and a generated decoder tells the order of its groups and variable data in no other way.
 */
final class MethodOrder {
    // The layout of class files is chapter 4 of the Java Virtual Machine Specification.

    private static final int SKIPPED_BEFORE_POOL = 8;
    private static final int SKIPPED_BEFORE_INTERFACES = 6;

    private MethodOrder() {}

    static List<String> of(Class<?> type) {
        String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream stream = type.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalArgumentException(type.getName() + ": its class file " + file
                        + " cannot be read; keep generated decoders as files beside their class loader");
            }
            return names(new DataInputStream(stream));
        } catch (IOException e) {
            throw new IllegalArgumentException(type.getName() + ": its class file " + file + " cannot be read", e);
        }
    }

    private static List<String> names(DataInputStream in) throws IOException {
        in.skipNBytes(SKIPPED_BEFORE_POOL);
        String[] texts = new String[in.readUnsignedShort()];
        for (int i = 1; i < texts.length; i++) {
            int tag = in.readUnsignedByte();
            if (tag == 1) {
                texts[i] = in.readUTF();
            } else {
                in.skipNBytes(constantLength(tag));
                i += tag == 5 || tag == 6 ? 1 : 0;
            }
        }
        in.skipNBytes(SKIPPED_BEFORE_INTERFACES);
        in.skipNBytes(2L * in.readUnsignedShort());
        members(in, texts);
        return members(in, texts);
    }

    private static int constantLength(int tag) {
        return switch (tag) {
            case 7, 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
            default -> 8;
        };
    }

    /** Reads fields or methods: their names. */
    private static List<String> members(DataInputStream in, String[] texts) throws IOException {
        List<String> names = new ArrayList<>();
        for (int count = in.readUnsignedShort(); count > 0; count--) {
            in.skipNBytes(2);
            names.add(texts[in.readUnsignedShort()]);
            in.skipNBytes(2);
            for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
                in.skipNBytes(2);
                in.skipNBytes(in.readInt() & 0xffffffffL);
            }
        }
        return names;
    }
}
