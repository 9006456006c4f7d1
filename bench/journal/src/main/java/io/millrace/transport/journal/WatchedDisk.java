package io.millrace.transport.journal;

import io.millrace.bench.kill.Aim;
import io.millrace.bench.kill.Instants;
import java.io.IOException;
import java.nio.file.Path;

/** The real disk; says what is being done before each step of it. Of who opens the journal, then of who makes snapshots. */
final class WatchedDisk implements Disk {
    private static final String NEW = ".new";

    private final Disk disk = new RealDisk();
    private final Instants instants;
    private final Path root;

    /** What is under way; null when nothing is that is of interest. */
    private Aim now = Aim.RECOVERY;

    WatchedDisk(Instants instants, Path root) {
        this.instants = instants;
        this.root = root;
    }

    /** The journal is open: what is written and deleted from now on is for snapshots. */
    void opened() {
        now = null;
    }

    private void begin(Aim what) {
        if (now != what) {
            now = what;
            instants.enter(what);
        }
        instants.step(what);
    }

    private void end(Aim what, Aim then) {
        if (now == what) {
            instants.leave(what);
            now = then;
        }
    }

    private void step() {
        if (now != null) {
            instants.step(now);
        }
    }

    private static boolean isSegment(Path path) {
        return path.getFileName().toString().replace(NEW, "").endsWith(".rec");
    }

    private boolean isOpening() {
        return now == Aim.RECOVERY || now == Aim.TAIL_CUT;
    }

    /** Steps in front of each write and force. */
    private final class Watched implements Output {
        private final Output out;
        private final boolean isManifest;

        Watched(Output out, boolean isManifest) {
            this.out = out;
            this.isManifest = isManifest;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (isManifest && now == null) { // that of a snapshot is written within it: this one says what is given up
                begin(Aim.RETENTION);
            } else {
                step();
            }
            out.write(bytes, offset, length);
        }

        @Override
        public void force() throws IOException {
            step();
            out.force();
            if (isManifest) {
                end(Aim.SNAPSHOT, null);
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    @Override
    public Mapped map(Path file, int length) throws IOException {
        return disk.map(file, length);
    }

    @Override
    public Output create(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.equals("snapshot" + NEW)) {
            begin(Aim.SNAPSHOT);
        } else if (isSegment(file)) {
            begin(Aim.TAIL_CUT);
        } else if (name.equals(Manifest.NAME + NEW)) {
            step();
            return new Watched(disk.create(file), true);
        } else {
            return disk.create(file); // a note: on a thread of its own, and of no interest
        }
        return new Watched(disk.create(file), false);
    }

    @Override
    public Output extend(Path file) throws IOException {
        return disk.extend(file);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        step();
        disk.createDirectory(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        if (!from.getFileName().toString().startsWith("note-")) {
            step();
        }
        disk.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        if (isOpening() && isSegment(path)) {
            begin(Aim.TAIL_CUT);
        } else {
            step();
        }
        disk.delete(path);
    }

    @Override
    public void force(Path file) throws IOException {
        step();
        disk.force(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        step();
        disk.forceDirectory(directory);
        if (now == Aim.TAIL_CUT) {
            instants.lastStep(Aim.TAIL_CUT);
            end(Aim.TAIL_CUT, Aim.RECOVERY);
        } else if (directory.equals(root)) {
            end(Aim.RETENTION, null);
        }
    }
}
