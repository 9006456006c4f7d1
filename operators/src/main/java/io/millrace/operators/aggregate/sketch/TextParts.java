package io.millrace.operators.aggregate.sketch;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.TextField;
import io.millrace.operators.aggregate.Argument;
import io.millrace.state.Scratch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A text as whole numbers: its length and its characters, four in each, with zeroes behind. So two texts are the same where all their
 * numbers are. The first of them reads the text, the others what it has found; they are asked for in order, event by event.
 */
final class TextParts {
    private static final int CHARS_OF_PART = 4;

    private final TextField<Object> field;
    private final int most;

    @Scratch("of the event in hand")
    private final long[] parts;

    /** One of the numbers. */
    private final class Part implements LongField<Object> {
        private final int i;

        Part(int i) {
            this.i = i;
        }

        @Override
        public long of(Object event) throws Exception {
            if (i == 0) {
                read(event);
            }
            return parts[i];
        }
    }

    @SuppressWarnings("unchecked") // the events of the stream are what the field reads
    private TextParts(TextField<?> field, int most) {
        this.field = (TextField<Object>) Objects.requireNonNull(field, "distinct of what");
        this.most = most;
        parts = new long[longs(most)];
    }

    /** As many as there are for texts of so many characters. */
    static int longs(int most) {
        return most / CHARS_OF_PART + 1;
    }

    static List<Argument> of(TextField<?> field, int most) {
        TextParts of = new TextParts(field, most);
        List<Argument> arguments = new ArrayList<>();
        for (int i = 0; i < of.parts.length; i++) {
            arguments.add(Argument.ofLong(of.new Part(i)));
        }
        return arguments;
    }

    static boolean isPart(Argument argument) {
        return argument.ofLong() != null && (Object) argument.ofLong() instanceof Part;
    }

    private void read(Object event) throws Exception {
        CharSequence text = field.of(event);
        int length = text.length();
        if (length > most) {
            throw new IllegalArgumentException(
                    "distinctText of a text of " + length + " characters, and " + most + " are kept; raise its length");
        }
        int at = 0;
        long part = length;
        for (int i = 0; i < length; i++) {
            if ((i + 1) % CHARS_OF_PART == 0) {
                parts[at++] = part;
                part = 0;
            }
            part = part << Character.SIZE | text.charAt(i);
        }
        parts[at++] = part;
        while (at < parts.length) {
            parts[at++] = 0;
        }
    }
}
