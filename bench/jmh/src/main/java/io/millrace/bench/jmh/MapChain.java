package io.millrace.bench.jmh;

import static io.millrace.bench.topologies.Messages.MAPPED;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.dsl.EventStream;

/**
 * Alternately a filter, which lets all pass, and a map that fills an SBE message in place; each step has a lambda of its
 * own. By hand there is no message between the steps, only a number.
 */
final class MapChain implements Chain {
    private static final long DROPPED = Long.MIN_VALUE;

    private final Sum sum;

    MapChain(Sum sum) {
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
            case 1 -> m -> end(hand1(m.value()));
            case 3 -> m -> end(hand3(m.value()));
            case 7 -> m -> end(hand7(m.value()));
            case 15 -> m -> end(hand15(m.value()));
            case 30 -> m -> end(hand30(m.value()));
            default -> throw new IllegalArgumentException("no loop of " + operators + " operators");
        };
    }

    private void end(long value) {
        if (value != DROPPED) {
            sum.add(value);
        }
    }

    // ---- as a topology

    private EventStream<MappedDecoder> first1(EventStream<MappedDecoder> s) {
        return s.filter(m -> m.value() != 1);
    }

    private EventStream<MappedDecoder> first3(EventStream<MappedDecoder> s) {
        return first1(s)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 2))
                .filter(m -> m.value() != 3);
    }

    private EventStream<MappedDecoder> first7(EventStream<MappedDecoder> s) {
        return first3(s)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 4))
                .filter(m -> m.value() != 5)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 6))
                .filter(m -> m.value() != 7);
    }

    private EventStream<MappedDecoder> first15(EventStream<MappedDecoder> s) {
        return first7(s)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 8))
                .filter(m -> m.value() != 9)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 10))
                .filter(m -> m.value() != 11)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 12))
                .filter(m -> m.value() != 13)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 14))
                .filter(m -> m.value() != 15);
    }

    private EventStream<MappedDecoder> first30(EventStream<MappedDecoder> s) {
        return first15(s)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 16))
                .filter(m -> m.value() != 17)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 18))
                .filter(m -> m.value() != 19)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 20))
                .filter(m -> m.value() != 21)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 22))
                .filter(m -> m.value() != 23)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 24))
                .filter(m -> m.value() != 25)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 26))
                .filter(m -> m.value() != 27)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 28))
                .filter(m -> m.value() != 29)
                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() * 3 + 30));
    }

    // ---- by hand

    private static long hand1(long value) {
        long v = value;
        if (v == 1) {
            return DROPPED;
        }
        return v;
    }

    private static long hand3(long value) {
        long v = hand1(value);
        if (v == DROPPED) {
            return DROPPED;
        }
        v = v * 3 + 2;
        if (v == 3) {
            return DROPPED;
        }
        return v;
    }

    private static long hand7(long value) {
        long v = hand3(value);
        if (v == DROPPED) {
            return DROPPED;
        }
        v = v * 3 + 4;
        if (v == 5) {
            return DROPPED;
        }
        v = v * 3 + 6;
        if (v == 7) {
            return DROPPED;
        }
        return v;
    }

    private static long hand15(long value) {
        long v = hand7(value);
        if (v == DROPPED) {
            return DROPPED;
        }
        v = v * 3 + 8;
        if (v == 9) {
            return DROPPED;
        }
        v = v * 3 + 10;
        if (v == 11) {
            return DROPPED;
        }
        v = v * 3 + 12;
        if (v == 13) {
            return DROPPED;
        }
        v = v * 3 + 14;
        if (v == 15) {
            return DROPPED;
        }
        return v;
    }

    private static long hand30(long value) {
        long v = hand15(value);
        if (v == DROPPED) {
            return DROPPED;
        }
        v = v * 3 + 16;
        if (v == 17) {
            return DROPPED;
        }
        v = v * 3 + 18;
        if (v == 19) {
            return DROPPED;
        }
        v = v * 3 + 20;
        if (v == 21) {
            return DROPPED;
        }
        v = v * 3 + 22;
        if (v == 23) {
            return DROPPED;
        }
        v = v * 3 + 24;
        if (v == 25) {
            return DROPPED;
        }
        v = v * 3 + 26;
        if (v == 27) {
            return DROPPED;
        }
        v = v * 3 + 28;
        if (v == 29) {
            return DROPPED;
        }
        v = v * 3 + 30;
        return v;
    }
}
