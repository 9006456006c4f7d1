package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentTest {
    /** What the JIT inlines of a hot method at most: its {@code FreqInlineSize}, in JDK 17 and 25. */
    private static final int INLINED_BYTES_MAX = 325;

    private final List<Integer> called = new ArrayList<>();

    private Node[] steps(int n, int stopsAt) {
        Node[] steps = new Node[n];
        for (int i = 0; i < n; i++) {
            int step = i;
            steps[i] = flow -> {
                called.add(step);
                return step != stopsAt;
            };
        }
        return steps;
    }

    @Test
    void shouldRunStepsInOrderAsLongAsEachAnswersTrue() {
        for (int n = 2; n <= Segment.WIDEST; n++) {
            for (int stop = 0; stop <= n; stop++) {
                called.clear();
                boolean answer = new Segment(steps(n, stop)).on(new Flow());
                List<Integer> expected = new ArrayList<>();
                for (int i = 0; i <= Math.min(stop, n - 1); i++) {
                    expected.add(i);
                }
                assertEquals(expected, called, n + " steps, the one at " + stop + " answers false");
                assertEquals(stop == n, answer);
            }
        }
    }

    @Test
    void shouldBeLongerThanWhatIsInlined() throws IOException {
        requireBorder(Segment.class, "on");
        requireBorder(StageCore.class, "process");
    }

    private static void requireBorder(Class<?> of, String method) throws IOException {
        int bytes = codeBytes(of, method);
        assertTrue(
                bytes > INLINED_BYTES_MAX,
                of.getSimpleName() + "." + method + " has " + bytes
                        + " bytes of code; it must be compiled by itself, so keep it longer than "
                        + INLINED_BYTES_MAX);
    }

    /** Reads a class file up to the code of a method: constants, then members, each with its attributes. */
    private static int codeBytes(Class<?> of, String method) throws IOException {
        try (InputStream file = of.getResourceAsStream(of.getSimpleName() + ".class");
                DataInputStream in = new DataInputStream(file)) {
            in.skipNBytes(8);
            String[] texts = texts(in);
            in.skipNBytes(6);
            in.skipNBytes(2L * in.readUnsignedShort());
            for (int kind = 0; kind < 2; kind++) {
                for (int members = in.readUnsignedShort(); members > 0; members--) {
                    in.skipNBytes(2);
                    String name = texts[in.readUnsignedShort()];
                    in.skipNBytes(2);
                    for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
                        String attribute = texts[in.readUnsignedShort()];
                        int length = in.readInt();
                        if (kind == 1 && name.equals(method) && attribute.equals("Code")) {
                            in.skipNBytes(4);
                            return in.readInt();
                        }
                        in.skipNBytes(length);
                    }
                }
            }
        }
        throw new AssertionError(of + " has no method " + method);
    }

    private static String[] texts(DataInputStream in) throws IOException {
        String[] texts = new String[in.readUnsignedShort()];
        for (int i = 1; i < texts.length; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> texts[i] = in.readUTF();
                case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    i++; // takes two places
                }
                default -> in.skipNBytes(4);
            }
        }
        return texts;
    }
}
