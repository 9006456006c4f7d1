package io.millrace.examples.fraudservice;

/**
 * Ends this process when one that it cannot do without has ended. The desk runs the media driver: without it whoever sends waits for ever, and
 * decisions that it had not seen are nobody's any more. Where the three were started together, they end with who has started them.
 */
final class Watch extends Thread {
    /** The process that has started this one; none where it was started by hand. */
    static final String PARENT = "millrace.fraud-service.parent";

    private static final long LOOK_MS = 250;

    private final SharedDir shared;
    private final String role;
    private volatile boolean over;

    private Watch(SharedDir shared, String role) {
        super("watch");
        this.shared = shared;
        this.role = role;
        setDaemon(true);
    }

    /** Watches the desk; to be told when what that is needed for is {@link #end over}. */
    static Watch begin(SharedDir shared, String role) {
        Watch watch = new Watch(shared, role);
        watch.start();
        return watch;
    }

    /** Whether this process was started together with others, by one that says what came of it. */
    static boolean isChild() {
        return Long.getLong(PARENT) != null;
    }

    /** Watches the process that has started this one, where there is one. */
    static void beginForParent() {
        if (isChild()) {
            new Watch(null, null).start();
        }
    }

    private static boolean hasParent() {
        Long pid = Long.getLong(PARENT);
        return pid == null
                || ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    void end() {
        over = true;
    }

    @Override
    public void run() {
        while (!over) {
            if (!hasParent()) {
                Runtime.getRuntime().halt(1); // and nobody to be told
            }
            if (shared != null && !shared.isAlive(SharedDir.CHANNELS) && !over) {
                System.err.println("millrace fraud-service: " + role + ": " + shared.path()
                        + ": the desk has ended, and the media driver with it; what it had not seen is lost; start desk,"
                        + " engine and gateway again");
                Runtime.getRuntime().halt(1); // nothing that would be closed has anybody at its other end
            }
            try {
                Thread.sleep(LOOK_MS); // of a process that was killed nobody tells
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
