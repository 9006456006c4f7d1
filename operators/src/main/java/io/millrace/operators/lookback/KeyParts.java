package io.millrace.operators.lookback;

import io.millrace.event.Bytes;
import io.millrace.operator.Flow;
import io.millrace.operators.lookback.Declarations.Declared;
import io.millrace.topology.KeyInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of the key that a shape declares: fills them for the event in hand. A key that is one number is the number
 * itself; other keys are bytes, numbers as eight of them, texts as UTF-8 behind two bytes of length.
 */
final class KeyParts {
    private final Declared[] wanted;
    private final boolean[] isText;
    private final boolean isNumber;

    KeyParts(History history, KeyInfo key) {
        wanted = declared(history).toArray(new Declared[0]);
        isNumber = key.isNumber();
        String[] kinds = key.kind().split(",");
        isText = new boolean[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            isText[i] = isText(kinds[i]);
        }
    }

    boolean isEmpty() {
        return wanted.length == 0;
    }

    /** Fills them. */
    void fill(Flow flow) {
        if (isNumber) {
            for (Declared d : wanted) {
                d.cell.set(flow.key());
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
                    d.cell.set(Bytes.getLong(bytes, from));
                }
            }
            at = to;
        }
    }

    /** What does not agree with the key of the stream. */
    static List<String> problems(History history, KeyInfo key) {
        List<String> problems = new ArrayList<>();
        String[] kinds = key.kind().split(",");
        for (Declared d : declared(history)) {
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

    private static List<Declared> declared(History history) {
        List<Declared> found = new ArrayList<>();
        addTo(found, history.own);
        for (SpanDeclaration span : history.spans) {
            addTo(found, span.aggregates);
        }
        return found;
    }

    private static void addTo(List<Declared> found, Declarations declarations) {
        for (Declared d : declarations.list) {
            if (d.aggregate == null) {
                found.add(d);
            }
        }
    }
}
