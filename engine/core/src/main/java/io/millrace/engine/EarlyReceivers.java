package io.millrace.engine;

import io.millrace.operator.Flow;
import java.util.List;
import java.util.function.Consumer;

/**
 * Those that take an output before its entry is durable, and know that it may yet be taken back. Nothing is promised to them, so nothing is
 * kept of them: they number nothing, make no letters, and hear nothing of what a journal brings back. The stage's thread.
 */
final class EarlyReceivers {
    private final List<MetaReceiver<Object>> receivers;
    private final long firstLive;
    private final Consumer<Throwable> failed;
    private final ProvisionalMeta meta = new ProvisionalMeta();

    EarlyReceivers(List<MetaReceiver<Object>> receivers, long firstLive, Consumer<Throwable> failed) {
        this.receivers = List.copyOf(receivers);
        this.firstLive = firstLive;
        this.failed = failed;
    }

    void accept(Flow flow) {
        if (flow.sequence() < firstLive) {
            return; // a start works out anew what they had in an earlier life, or what came to others only
        }
        for (int i = 0; i < receivers.size(); i++) {
            accept(receivers.get(i), flow);
            flow.rewind();
        }
    }

    private void accept(MetaReceiver<Object> receiver, Flow flow) {
        try {
            receiver.on(flow.value(), meta.of(flow));
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            failed.accept(t);
        }
    }
}
