package io.millrace.operators.aggregate;

import io.millrace.event.Bytes;
import io.millrace.operator.Flow;
import io.millrace.topology.KeyInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of the key that a shape declares: fills them for the event in hand. A key that is one number is the number
 * itself; other keys are bytes, numbers as eight of them, texts as UTF-8 behind two bytes of length.
 */
public final class KeyParts {
    private final Declared[] wanted;
    private final boolean[] isText;
    private final boolean isNumber;

    /**
     * The parts among declared values.
     *
     * @param declared what a shape declares
     * @param key      the key of the stream
     */
    public KeyParts(List<Declared> declared, KeyInfo key) {
        wanted = parts(declared).toArray(new Declared[0]);
        isNumber = key.isNumber();
        String[] kinds = key.kind().split(",");
        isText = new boolean[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            isText[i] = isText(kinds[i]);
        }
    }

    /**
     * Whether there are none.
     *
     * @return true when there is nothing to fill
     */
    public boolean isEmpty() {
        return wanted.length == 0;
    }

    /**
     * Fills them.
     *
     * @param flow has the key
     */
    public void fill(Flow flow) {
        if (isNumber) {
            for (Declared d : wanted) {
                d.cell().set(flow.key());
            }
            return;
        }
        byte[] bytes = flow.keyBytes();
        int at = 0;
        for (int part = 0; part < isText.length; part++) {
            int from = isText[part] ? at + 2 : at;
            int to = isText[part] ? from + (Bytes.getShort(bytes, at) & 0xffff) : at + 8;
            for (Declared d : wanted) {
                if (d.keyPart == part && isText[part]) {
                    d.text.read(bytes, from, to);
                } else if (d.keyPart == part) {
                    d.cell().set(Bytes.getLong(bytes, from));
                }
            }
            at = to;
        }
    }

    /**
     * What does not agree with the key of the stream.
     *
     * @param declared what a shape declares
     * @param key      the key of the stream
     * @return empty when all is well
     */
    public static List<String> problems(List<Declared> declared, KeyInfo key) {
        List<String> problems = new ArrayList<>();
        String[] kinds = key.kind().split(",");
        for (Declared d : parts(declared)) {
            boolean wantsText = d.text != null;
            if (d.keyPart < 0 || d.keyPart >= kinds.length || isText(kinds[d.keyPart]) != wantsText) {
                problems.add("field " + d.name + " is " + d.word() + "(" + d.keyPart + "), but the key is ("
                        + key.kind() + "); declare a part that the key has, or change keyBy");
            }
        }
        return problems;
    }

    private static boolean isText(String kind) {
        return kind.strip().startsWith("text");
    }

    private static List<Declared> parts(List<Declared> declared) {
        List<Declared> found = new ArrayList<>();
        for (Declared d : declared) {
            if (d.aggregate() == null) {
                found.add(d);
            }
        }
        return found;
    }
}
