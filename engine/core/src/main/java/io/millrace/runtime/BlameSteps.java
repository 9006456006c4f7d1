package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/** The steps between nodes where time is measured; where it is not, they do not exist. */
final class BlameSteps {
    private BlameSteps() {}

    /**
     * Around all that a stage does with an event from where it takes it: one that is not sampled goes by a way without marks, up to
     * a node that sends by itself, behind which there is one way for both.
     */
    static final class Root implements Node {
        private final Blame blame;
        private final Node plain;
        private final Node watched;

        Root(Blame blame, Node plain, Node watched) {
            this.blame = blame;
            this.plain = plain;
            this.watched = watched;
        }

        @Override
        public boolean on(Flow flow) {
            if (!blame.samples(flow)) {
                return plain.on(flow);
            }
            blame.begin(flow);
            boolean result = watched.on(flow);
            blame.end();
            return result;
        }
    }

    /** In front of a node. */
    static final class Mark implements Node {
        private final Blame blame;
        private final int node;

        Mark(Blame blame, int node) {
            this.blame = blame;
            this.node = node;
        }

        @Override
        public boolean on(Flow flow) {
            if (blame.isActive()) {
                blame.mark(flow, node);
            }
            return true;
        }
    }

    /** Behind an output that has a budget. */
    static final class Budget implements Node {
        private final Blame blame;
        private final int node;
        private final long budgetNs;

        Budget(Blame blame, int node, long budgetNs) {
            this.blame = blame;
            this.node = node;
            this.budgetNs = budgetNs;
        }

        @Override
        public boolean on(Flow flow) {
            if (blame.isActive()) {
                blame.check(flow, node, budgetNs);
            }
            return true;
        }
    }
}
