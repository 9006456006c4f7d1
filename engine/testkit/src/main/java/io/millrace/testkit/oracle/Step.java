package io.millrace.testkit.oracle;

/**
 * A step of an input: an event, the end of an input, progress that moves by itself, or a tick. Its text form is a line
 * such as {@code event 0 key 3 at 17 value 5}, {@code end 0}, {@code advance 40}, {@code tick 35}.
 *
 * @param kind   what kind of step it is
 * @param port   the number of the input, in the order of {@link Trial#feed}; 0 for an advance or a tick
 * @param key    the number that the key of the event is made of; otherwise 0
 * @param timeNs the time that the event is made of, the new progress, or the clock; 0 for an end
 * @param value  the number that the rest of the event is made of; otherwise 0
 */
public record Step(Kind kind, int port, long key, long timeNs, long value) {
    /** The kinds of steps. */
    public enum Kind {
        /** An event of an input. */
        EVENT,
        /** The end of an input. */
        END,
        /** Progress of all inputs moves. */
        ADVANCE,
        /** The host's clock, as live inputs are told it. */
        TICK
    }

    static Step event(int port, long key, long timeNs, long value) {
        return new Step(Kind.EVENT, port, key, timeNs, value);
    }

    static Step end(int port) {
        return new Step(Kind.END, port, 0, 0, 0);
    }

    static Step advance(long toNs) {
        return new Step(Kind.ADVANCE, 0, 0, toNs, 0);
    }

    static Step tick(long clockNs) {
        return new Step(Kind.TICK, 0, 0, clockNs, 0);
    }

    /**
     * Whether it is an event.
     *
     * @return false for an end, an advance or a tick
     */
    public boolean isEvent() {
        return kind == Kind.EVENT;
    }

    Step withKey(long newKey) {
        return new Step(kind, port, newKey, timeNs, value);
    }

    Step withTime(long newNs) {
        return new Step(kind, port, key, newNs, value);
    }

    Step withValue(long newValue) {
        return new Step(kind, port, key, timeNs, newValue);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case EVENT -> "event " + port + " key " + key + " at " + timeNs + " value " + value;
            case END -> "end " + port;
            case ADVANCE -> "advance " + timeNs;
            case TICK -> "tick " + timeNs;
        };
    }

    static Step parse(String line) {
        String[] words = line.strip().split("\\s+");
        try {
            return switch (words[0]) {
                case "event" ->
                    event(
                            Integer.parseInt(words[1]),
                            Long.parseLong(words[3]),
                            Long.parseLong(words[5]),
                            Long.parseLong(words[7]));
                case "end" -> end(Integer.parseInt(words[1]));
                case "advance" -> advance(Long.parseLong(words[1]));
                case "tick" -> tick(Long.parseLong(words[1]));
                default -> throw new IllegalArgumentException();
            };
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "no step: '" + line
                            + "'; write such as 'event 0 key 3 at 17 value 5', 'end 0', 'advance 40', 'tick 35'",
                    e);
        }
    }
}
