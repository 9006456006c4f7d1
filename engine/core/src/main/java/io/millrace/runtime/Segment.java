package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/**
 * Up to 8 steps, one after another, as long as each answers true. A template: it is defined once more, as a hidden copy, for each
 * place in a plan, so that each of its call sites sees one class.
 *
 * <p>Written out for each number of steps, which makes {@link #on} longer than what the JIT inlines of even the hottest method (325
 * bytes, {@code FreqInlineSize}), and that is the point: a segment is compiled by itself, whoever calls it. What a caller inlines is
 * limited in depth (15 calls) and in size, and those between a publisher and the first node use most of it up: without a border
 * here the code that reads an event's fields, deepest of all, is what is no longer inlined, or is, as the order falls in which
 * methods happen to be compiled.
 */
final class Segment implements Node {
    /** The most steps. */
    static final int WIDEST = 8;

    private final int steps;
    private final Node a;
    private final Node b;
    private final Node c;
    private final Node d;
    private final Node e;
    private final Node f;
    private final Node g;
    private final Node h;

    Segment(Node[] of) {
        steps = of.length;
        a = at(of, 0);
        b = at(of, 1);
        c = at(of, 2);
        d = at(of, 3);
        e = at(of, 4);
        f = at(of, 5);
        g = at(of, 6);
        h = at(of, 7);
    }

    private static Node at(Node[] of, int step) {
        return step < of.length ? of[step] : null;
    }

    @Override
    public boolean on(Flow flow) {
        return switch (steps) {
            case 1 -> a.on(flow);
            case 2 -> a.on(flow) && b.on(flow);
            case 3 -> a.on(flow) && b.on(flow) && c.on(flow);
            case 4 -> a.on(flow) && b.on(flow) && c.on(flow) && d.on(flow);
            case 5 -> a.on(flow) && b.on(flow) && c.on(flow) && d.on(flow) && e.on(flow);
            case 6 -> a.on(flow) && b.on(flow) && c.on(flow) && d.on(flow) && e.on(flow) && f.on(flow);
            case 7 -> a.on(flow) && b.on(flow) && c.on(flow) && d.on(flow) && e.on(flow) && f.on(flow) && g.on(flow);
            default ->
                a.on(flow)
                        && b.on(flow)
                        && c.on(flow)
                        && d.on(flow)
                        && e.on(flow)
                        && f.on(flow)
                        && g.on(flow)
                        && h.on(flow);
        };
    }
}
