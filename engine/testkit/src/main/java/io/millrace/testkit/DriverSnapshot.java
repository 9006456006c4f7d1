package io.millrace.testkit;

import io.millrace.runtime.Core;
import io.millrace.state.Migration;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;

/** The bytes of a driver's snapshot: the state of its core, and how far the test has moved progress by hand. */
final class DriverSnapshot {
    private static final String SECTION = "test driver";

    private DriverSnapshot() {}

    static byte[] of(Core core, long advancedToNs) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(bytes);
        core.save(to);
        to.begin(SECTION, 1);
        to.putLong(advancedToNs);
        to.end();
        to.finish();
        return bytes.toByteArray();
    }

    /** Answers how far progress was moved. */
    static long load(byte[] snapshot, Core core, Migration how) {
        StateReader from = new StateReader(new ByteArrayInputStream(snapshot));
        core.load(from, how);
        from.begin(SECTION, 1);
        long advancedToNs = from.getLong();
        from.end();
        from.finish();
        return advancedToNs;
    }
}
