package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/** The end of a chain in front of a section of parallel keys that this stage runs. */
final class EnterSection implements Node {
    private final ShardedSection section;
    private final int entrance;

    EnterSection(ShardedSection section, int entrance) {
        this.section = section;
        this.entrance = entrance;
    }

    @Override
    public boolean on(Flow flow) {
        section.enter(entrance, flow);
        return false;
    }
}
