package io.millrace.transport.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A disk that does what it is told in a directory, forces nothing, and remembers each step; from these it makes images of
 * what a crash after any of them may leave. Strict: what was not forced may be there or not, whole, in parts (of 512
 * bytes) or as zeros, in any combination; a name is durable once its directory was forced, before that it may have any of the
 * states that a part of the steps in this directory makes.
 */
final class CrashDisk implements Disk {
    private static final int SECTOR = 512;

    /** A step. Files and directories have numbers; names are entries of directories. */
    private sealed interface Step {}

    private record Made(int node, boolean directory) implements Step {}

    private record Written(int node, int offset, byte[] bytes) implements Step {}

    private record Sized(int node, int length) implements Step {}

    private record Forced(int node) implements Step {}

    /** A name that is new, gone ({@code node} -1), or moved ({@code oldName} is gone with it). */
    private record Named(int directory, String name, int node, String oldName) implements Step {}

    private final Path root;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Path, Integer> nodes = new HashMap<>();
    private final Map<Integer, byte[]> seen = new HashMap<>();
    private final List<Pages> mapped = new ArrayList<>();
    private int made;

    /** A disk with what is in a directory by now, all of it durable. */
    CrashDisk(Path root) throws IOException {
        this.root = root;
        nodes.put(root, make(true));
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted().toList()) {
                if (!path.equals(root)) {
                    take(path);
                }
            }
        }
    }

    private void take(Path path) throws IOException {
        boolean directory = Files.isDirectory(path);
        int node = make(directory);
        nodes.put(path, node);
        if (!directory) {
            steps.add(new Written(node, 0, Files.readAllBytes(path)));
            steps.add(new Forced(node));
        }
        steps.add(new Named(parent(path), path.getFileName().toString(), node, null));
        steps.add(new Forced(parent(path)));
    }

    private int make(boolean directory) {
        steps.add(new Made(made, directory));
        return made++;
    }

    private int parent(Path path) {
        return nodes.get(path.getParent());
    }

    int size() {
        return steps.size();
    }

    private final class File implements Output {
        private final int node;
        private int length;

        File(Path path, int length) {
            this.length = length;
            node = nodes.get(path);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            writeAt(node, length, bytes, offset, count);
            length += count;
        }

        @Override
        public void force() {
            steps.add(new Forced(node));
        }

        @Override
        public void close() {}
    }

    private void writeAt(int node, int at, byte[] bytes, int offset, int count) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(pathOf(node), "rw")) {
            file.seek(at);
            file.write(bytes, offset, count);
        }
        steps.add(new Written(node, at, Arrays.copyOfRange(bytes, offset, offset + count)));
    }

    /** Of a mapped file each sector may be written at any time: when that is so is told by {@link #writeBack}. */
    private final class Pages implements Mapped {
        private final int node;
        private final ByteBuffer bytes;
        private final byte[] written;

        Pages(int node, ByteBuffer bytes) {
            this.node = node;
            this.bytes = bytes;
            written = new byte[bytes.capacity()];
            bytes.get(0, written);
        }

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public void force() {
            write();
            steps.add(new Forced(node));
        }

        private void write() {
            byte[] now = new byte[written.length];
            bytes.get(0, now);
            for (int at = 0; at < now.length; at += SECTOR) {
                int end = Math.min(at + SECTOR, now.length);
                if (!Arrays.equals(now, at, end, written, at, end)) {
                    steps.add(new Written(node, at, Arrays.copyOfRange(now, at, end)));
                    System.arraycopy(now, at, written, at, end - at);
                }
            }
        }
    }

    @Override
    public Mapped map(Path file, int length) throws IOException {
        Mapped real = new RealDisk().map(file, length);
        int node = nodes.get(file);
        mapped.stream().filter(p -> p.node == node).forEach(Pages::write);
        mapped.removeIf(p -> p.node == node);
        Pages pages = new Pages(node, real.bytes());
        mapped.add(pages);
        return pages;
    }

    /** The system writes what it likes of mapped files, without a force. */
    void writeBack() {
        mapped.forEach(Pages::write);
    }

    /** A file that is open may have been renamed. */
    private java.io.File pathOf(int node) {
        for (Map.Entry<Path, Integer> each : nodes.entrySet()) {
            if (each.getValue() == node) {
                return each.getKey().toFile();
            }
        }
        throw new IllegalStateException("written behind its deletion");
    }

    /** As the archive does: somewhere in a file, without a force. */
    void write(Path path, int at, byte[] bytes, int count) throws IOException {
        writeAt(nodes.get(path), at, bytes, 0, count);
    }

    @Override
    public void force(Path path) {
        steps.add(new Forced(nodes.get(path)));
    }

    /** Notes what somebody who knows nothing of this has written to a file since it was looked at; unforced, as far as is known here. */
    void see(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        if (!nodes.containsKey(path)) {
            nodes.put(path, make(false));
            steps.add(new Named(parent(path), path.getFileName().toString(), nodes.get(path), null));
        }
        int node = nodes.get(path);
        byte[] before = seen.containsKey(node) ? seen.get(node) : contentOf(node);
        byte[] now = Files.readAllBytes(path);
        if (now.length < before.length) {
            steps.add(new Sized(node, now.length));
            before = Arrays.copyOf(before, now.length);
        }
        for (int at = 0; at < before.length; at += SECTOR) {
            int end = Math.min(at + SECTOR, before.length);
            if (!Arrays.equals(now, at, end, before, at, end)) {
                steps.add(new Written(node, at, Arrays.copyOfRange(now, at, end)));
            }
        }
        if (now.length > before.length) {
            steps.add(new Written(node, before.length, Arrays.copyOfRange(now, before.length, now.length)));
        }
        seen.put(node, now);
    }

    private byte[] contentOf(int node) {
        Node now = new Node(false);
        steps.stream()
                .filter(s -> (s instanceof Written || s instanceof Sized) && nodeOf(s) == node)
                .forEach(now::apply);
        return now.bytes;
    }

    /** A new file with a length, full of zeros. */
    void createSized(Path path, int length) throws IOException {
        create(path).close();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(length);
        }
        steps.add(new Sized(nodes.get(path), length));
    }

    @Override
    public Output create(Path path) throws IOException {
        Files.write(path, new byte[0]);
        Integer node = nodes.get(path);
        if (node == null) {
            node = make(false);
            nodes.put(path, node);
            steps.add(new Named(parent(path), path.getFileName().toString(), node, null));
        } else {
            steps.add(new Sized(node, 0));
        }
        return new File(path, 0);
    }

    @Override
    public Output extend(Path path) throws IOException {
        return new File(path, (int) Files.size(path));
    }

    @Override
    public void createDirectory(Path path) throws IOException {
        if (nodes.containsKey(path)) {
            return;
        }
        Files.createDirectory(path);
        int node = make(true);
        nodes.put(path, node);
        steps.add(new Named(parent(path), path.getFileName().toString(), node, null));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        int node = nodes.remove(from);
        nodes.put(to, node);
        steps.add(new Named(
                parent(to),
                to.getFileName().toString(),
                node,
                from.getFileName().toString()));
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
        if (nodes.remove(path) != null) {
            steps.add(new Named(parent(path), path.getFileName().toString(), -1, null));
        }
    }

    @Override
    public void forceDirectory(Path directory) {
        steps.add(new Forced(nodes.get(directory)));
    }

    /** What is durable of a file or directory, and what is not yet. */
    private static final class Node {
        private final boolean directory;
        private byte[] bytes = new byte[0];
        private final Map<String, Integer> names = new TreeMap<>();
        private final List<Step> pending = new ArrayList<>();

        Node(boolean directory) {
            this.directory = directory;
        }

        private void apply(Step step) {
            if (step instanceof Written w) {
                grow(w.offset() + w.bytes().length);
                System.arraycopy(w.bytes(), 0, bytes, w.offset(), w.bytes().length);
            } else if (step instanceof Sized s) {
                bytes = Arrays.copyOf(bytes, s.length());
            } else if (step instanceof Named n) {
                if (n.oldName() != null) {
                    names.remove(n.oldName());
                }
                if (n.node() < 0) {
                    names.remove(n.name());
                } else {
                    names.put(n.name(), n.node());
                }
            }
        }

        private void grow(int length) {
            if (bytes.length < length) {
                bytes = Arrays.copyOf(bytes, length);
            }
        }

        private void force() {
            pending.forEach(this::apply);
            pending.clear();
        }

        /** Applies some of what is pending. */
        private void crash(Random random, int mode) {
            if (mode == 0) {
                return; // nothing of it
            }
            List<Step> some = new ArrayList<>(pending);
            if (mode == 2) {
                some = some.subList(0, random.nextInt(some.size() + 1));
            } else if (mode >= 3) {
                some.removeIf(step -> random.nextInt(3) == 0);
                if (!directory) {
                    Collections.shuffle(some, random);
                }
            }
            for (Step step : some) {
                if (mode == 4 && step instanceof Written w) {
                    tear(w, random);
                } else {
                    apply(step);
                }
            }
        }

        private void tear(Written w, Random random) {
            boolean holes = random.nextBoolean();
            int kept = random.nextInt(w.bytes().length / SECTOR + 2);
            for (int at = 0, i = 0; at < w.bytes().length; i++) {
                int end = Math.min(w.bytes().length, (w.offset() + at) / SECTOR * SECTOR + SECTOR - w.offset());
                if (holes ? random.nextBoolean() : i < kept) {
                    grow(w.offset() + end);
                    System.arraycopy(w.bytes(), at, bytes, w.offset() + at, end - at);
                }
                at = end;
            }
            if (random.nextBoolean()) {
                grow(w.offset() + w.bytes().length);
            }
        }
    }

    /** Makes an image of a crash behind so many steps. */
    void image(int behind, Random random, Path to) throws IOException {
        List<Node> image = new ArrayList<>();
        for (Step step : steps.subList(0, behind)) {
            if (step instanceof Made m) {
                image.add(new Node(m.directory()));
            } else if (step instanceof Forced f) {
                image.get(f.node()).force();
            } else {
                image.get(nodeOf(step)).pending.add(step);
            }
        }
        int mode = random.nextInt(6);
        for (Node node : image) {
            node.crash(random, mode == 5 ? random.nextInt(5) : mode);
        }
        writeOut(image, 0, to);
    }

    private static int nodeOf(Step step) {
        if (step instanceof Written w) {
            return w.node();
        }
        return step instanceof Sized s ? s.node() : ((Named) step).directory();
    }

    private static void writeOut(List<Node> image, int node, Path to) throws IOException {
        Files.createDirectories(to);
        for (Map.Entry<String, Integer> name : image.get(node).names.entrySet()) {
            Path path = to.resolve(name.getKey());
            if (image.get(name.getValue()).directory) {
                writeOut(image, name.getValue(), path);
            } else {
                Files.write(path, image.get(name.getValue()).bytes);
            }
        }
    }

    Path root() {
        return root;
    }
}
