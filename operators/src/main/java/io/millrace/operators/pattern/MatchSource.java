package io.millrace.operators.pattern;

import io.millrace.event.MisuseException;

/** Where the steps of a pattern object read the events they hold: a run, or the bytes of a match. */
interface MatchSource {
    /** What readers are told apart by: an event read for one of them stays as it is while another is read for the other. */
    int FIRST = 0;

    int LAST = 1;
    int AT = 2;
    int READERS = 3;

    /** No match is in hand. */
    MatchSource NONE = new MatchSource() {
        @Override
        public int count(int step) {
            return 0;
        }

        @Override
        public Object event(int step, int index, int reader) {
            return null;
        }

        @Override
        public int copy(int step, int index, byte[] target, int offset) {
            throw new MisuseException("a match is valid during the call that gets it; copy what is needed");
        }
    };

    /** How many events a step has taken. */
    int count(int step);

    /** One of them; the index is below the count. */
    Object event(int step, int index, int reader);

    /** Its bytes; answers their number. */
    int copy(int step, int index, byte[] target, int offset);
}
