package io.millrace.runtime;

import io.millrace.operator.Node;
import java.util.ArrayList;
import java.util.List;

/** Puts steps together: flat segments of at most eight, segments of segments, forks. */
final class Chains {
    private final NodeCopies copies;

    Chains(NodeCopies copies) {
        this.copies = copies;
    }

    /** One node that runs the steps one after another as long as each answers true. */
    Node sequence(List<Node> steps) {
        List<Node> level = steps;
        while (level.size() > Segment.WIDEST) {
            List<Node> wider = new ArrayList<>();
            for (int i = 0; i < level.size(); i += Segment.WIDEST) {
                wider.add(segment(level.subList(i, Math.min(level.size(), i + Segment.WIDEST))));
            }
            level = wider;
        }
        return segment(level);
    }

    private Node segment(List<Node> steps) {
        return switch (steps.size()) {
            case 0 -> Discard.INSTANCE;
            case 1 -> steps.get(0);
            default -> copies.template(Segment.class, steps.toArray(new Node[0]));
        };
    }

    /** One node that sends an entry down all branches, the first one first. */
    Node fork(List<Node> branches) {
        if (branches.size() == 1) {
            return branches.get(0);
        }
        if (branches.size() <= 2) {
            return copies.template(Fork2.class, branches.toArray(new Node[0]));
        }
        List<Node> four = new ArrayList<>(branches.subList(0, Math.min(3, branches.size())));
        if (branches.size() > 4) {
            four.add(fork(branches.subList(3, branches.size())));
        } else if (branches.size() == 4) {
            four.add(branches.get(3));
        } else {
            four.add(Discard.INSTANCE);
        }
        return copies.template(Fork4.class, four.toArray(new Node[0]));
    }
}
