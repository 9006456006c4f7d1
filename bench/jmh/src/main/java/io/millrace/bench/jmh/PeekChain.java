package io.millrace.bench.jmh;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.dsl.EventStream;

/** Alternately a filter, which lets all pass, and a peek that adds to a sum; each step has a lambda of its own. */
final class PeekChain implements Chain {
    private final Sum sum;

    PeekChain(Sum sum) {
        this.sum = sum;
    }

    @Override
    public EventStream<MappedDecoder> of(EventStream<MappedDecoder> s, int operators) {
        return switch (operators) {
            case 0 -> s;
            case 1 -> first1(s);
            case 3 -> first3(s);
            case 7 -> first7(s);
            case 15 -> first15(s);
            case 30 -> first30(s);
            default -> throw new IllegalArgumentException("no chain of " + operators + " operators");
        };
    }

    @Override
    public Hand hand(int operators) {
        return switch (operators) {
            case 0 -> m -> sum.add(m.value());
            case 1 -> m -> end(hand1(m), m);
            case 3 -> m -> end(hand3(m), m);
            case 7 -> m -> end(hand7(m), m);
            case 15 -> m -> end(hand15(m), m);
            case 30 -> m -> end(hand30(m), m);
            default -> throw new IllegalArgumentException("no loop of " + operators + " operators");
        };
    }

    private void end(boolean passed, MappedDecoder m) {
        if (passed) {
            sum.add(m.value());
        }
    }

    // ---- as a topology

    private EventStream<MappedDecoder> first1(EventStream<MappedDecoder> s) {
        return s.filter(m -> m.value() != 1);
    }

    private EventStream<MappedDecoder> first3(EventStream<MappedDecoder> s) {
        return first1(s).peek(m -> sum.add(m.id() ^ 2)).filter(m -> m.value() != 3);
    }

    private EventStream<MappedDecoder> first7(EventStream<MappedDecoder> s) {
        return first3(s)
                .peek(m -> sum.add(m.id() ^ 4))
                .filter(m -> m.value() != 5)
                .peek(m -> sum.add(m.id() ^ 6))
                .filter(m -> m.value() != 7);
    }

    private EventStream<MappedDecoder> first15(EventStream<MappedDecoder> s) {
        return first7(s)
                .peek(m -> sum.add(m.id() ^ 8))
                .filter(m -> m.value() != 9)
                .peek(m -> sum.add(m.id() ^ 10))
                .filter(m -> m.value() != 11)
                .peek(m -> sum.add(m.id() ^ 12))
                .filter(m -> m.value() != 13)
                .peek(m -> sum.add(m.id() ^ 14))
                .filter(m -> m.value() != 15);
    }

    private EventStream<MappedDecoder> first30(EventStream<MappedDecoder> s) {
        return first15(s)
                .peek(m -> sum.add(m.id() ^ 16))
                .filter(m -> m.value() != 17)
                .peek(m -> sum.add(m.id() ^ 18))
                .filter(m -> m.value() != 19)
                .peek(m -> sum.add(m.id() ^ 20))
                .filter(m -> m.value() != 21)
                .peek(m -> sum.add(m.id() ^ 22))
                .filter(m -> m.value() != 23)
                .peek(m -> sum.add(m.id() ^ 24))
                .filter(m -> m.value() != 25)
                .peek(m -> sum.add(m.id() ^ 26))
                .filter(m -> m.value() != 27)
                .peek(m -> sum.add(m.id() ^ 28))
                .filter(m -> m.value() != 29)
                .peek(m -> sum.add(m.id() ^ 30));
    }

    // ---- by hand

    private boolean hand1(MappedDecoder m) {
        return m.value() != 1;
    }

    private boolean hand3(MappedDecoder m) {
        if (!hand1(m)) {
            return false;
        }
        sum.add(m.id() ^ 2);
        return m.value() != 3;
    }

    private boolean hand7(MappedDecoder m) {
        if (!hand3(m)) {
            return false;
        }
        sum.add(m.id() ^ 4);
        if (m.value() == 5) {
            return false;
        }
        sum.add(m.id() ^ 6);
        return m.value() != 7;
    }

    private boolean hand15(MappedDecoder m) {
        if (!hand7(m)) {
            return false;
        }
        sum.add(m.id() ^ 8);
        if (m.value() == 9) {
            return false;
        }
        sum.add(m.id() ^ 10);
        if (m.value() == 11) {
            return false;
        }
        sum.add(m.id() ^ 12);
        if (m.value() == 13) {
            return false;
        }
        sum.add(m.id() ^ 14);
        return m.value() != 15;
    }

    private boolean hand30(MappedDecoder m) {
        if (!hand15(m)) {
            return false;
        }
        sum.add(m.id() ^ 16);
        if (m.value() == 17) {
            return false;
        }
        sum.add(m.id() ^ 18);
        if (m.value() == 19) {
            return false;
        }
        sum.add(m.id() ^ 20);
        if (m.value() == 21) {
            return false;
        }
        sum.add(m.id() ^ 22);
        if (m.value() == 23) {
            return false;
        }
        sum.add(m.id() ^ 24);
        if (m.value() == 25) {
            return false;
        }
        sum.add(m.id() ^ 26);
        if (m.value() == 27) {
            return false;
        }
        sum.add(m.id() ^ 28);
        if (m.value() == 29) {
            return false;
        }
        sum.add(m.id() ^ 30);
        return true;
    }
}
