package io.millrace.operators;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.NodeContext;
import io.millrace.state.Blocks;
import io.millrace.state.StateCounters;
import java.util.Arrays;

/** The events of one input that wait, one a block, and the one view that is shown of them. */
final class AnswerBlocks {
    // Block: | length in bytes | bytes, 8 a long |
    private final EventType<Object> type;
    private final EventView<Object> view;
    private final byte[] in;
    private final byte[] out;
    private final boolean hasCursor;
    private final Blocks blocks;
    private int length;

    @SuppressWarnings("unchecked")
    AnswerBlocks(NodeContext context, int input) {
        type = (EventType<Object>) context.inputType(input);
        view = context.cutting(type.newView());
        in = new byte[(longs(type) - 1) * Long.BYTES];
        out = new byte[in.length];
        hasCursor = context.hasCursor(input);
        blocks = new Blocks(context.budget(), longs(type), 0);
    }

    static int longs(EventType<?> type) {
        return 1 + (type.maxLength() + Long.BYTES - 1) / Long.BYTES;
    }

    /** Reads the value in hand; user code may throw here. */
    void read(Flow flow) {
        length = Held.copyValue(flow, type, in, 0);
    }

    /** Keeps what was read; answers its block, or -1 when there is no room. */
    int keep() {
        int id = blocks.take();
        if (id >= 0) {
            Arrays.fill(in, length, in.length, (byte) 0);
            long[] page = blocks.writable(id);
            int at = blocks.base(id);
            page[at++] = length;
            for (int i = 0; i < in.length; i += Long.BYTES) {
                page[at++] = Bytes.getLong(in, i);
            }
        }
        return id;
    }

    /** What is kept in a block, which is freed; valid until the next one. */
    Object release(int id, RewindAll cursors, int part, Flow flow) {
        long[] page = blocks.page(id);
        int at = blocks.base(id);
        int kept = (int) page[at++];
        for (int i = 0; i < kept; i += Long.BYTES) {
            Bytes.putLong(out, i, page[at++]);
        }
        blocks.free(id);
        if (hasCursor) {
            flow.cursor(view);
            cursors.part(part, flow);
        }
        return view.wrap(out, 0, kept);
    }

    void free(int id) {
        blocks.free(id);
    }

    StateCounters counters() {
        return blocks.counters();
    }
}
