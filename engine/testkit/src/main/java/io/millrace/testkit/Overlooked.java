package io.millrace.testkit;

import java.util.ArrayList;
import java.util.List;

/** What a test has not looked at when its strict driver is closed. */
final class Overlooked {
    private static final int SHOWN_MAX = 20;

    private Overlooked() {}

    static void require(DriverLetters letters, DriverPorts ports) {
        List<String> all = new ArrayList<>(letters.unasked());
        all.addAll(ports.untaken());
        if (all.isEmpty()) {
            return;
        }
        int shown = Math.min(all.size(), SHOWN_MAX);
        String more = all.size() > shown ? "\n  and " + (all.size() - shown) + " more" : "";
        throw new AssertionError("the test has overlooked\n  " + String.join("\n  ", all.subList(0, shown)) + more
                + "\nbefore close(), ask for deadLetters(), take(..) outputs, and take requests with asked(..)");
    }
}
