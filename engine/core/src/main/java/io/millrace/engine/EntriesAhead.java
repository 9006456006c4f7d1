package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.runtime.Core;

/** What a stage's thread does with the entries behind the one in hand, for who evaluates all stages by itself: touches what they will ask for. */
final class EntriesAhead {
    private EntriesAhead() {}

    static void see(Core core, int sources, byte[] bytes, int[] offsets, int count) {
        for (int i = 0; i < count; i++) {
            if (Entry.kind(bytes, offsets[i]) == EntryKind.EVENT && Entry.source(bytes, offsets[i]) >= sources) {
                return; // of another topology; it is refused when it comes
            }
        }
        int most = Math.min(count, Core.LOOK_AHEAD_MAX);
        for (int stage = 0; stage < core.stageCount(); stage++) {
            if (core.looksAhead(stage)) {
                core.lookAhead(stage, bytes, offsets, most);
            }
        }
    }
}
