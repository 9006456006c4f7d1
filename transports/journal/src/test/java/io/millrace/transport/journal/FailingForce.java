package io.millrace.transport.journal;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/** The file that an archive is writing, whose pages reach the page cache and then cannot be forced. */
final class FailingForce extends FileChannel {
    private final FileChannel file;

    /** How often somebody wanted it. */
    volatile int forces;

    private FailingForce(FileChannel file) {
        this.file = file;
    }

    /** In the place of what a running archive writes to: nothing of ours stands between it and the system. */
    static FailingForce under(ArchiveLog log) throws ReflectiveOperationException {
        Object writer = find(log.recording(), "io.aeron.archive.RecordingWriter");
        Field field = writer.getClass().getDeclaredField("recordingFileChannel");
        field.setAccessible(true);
        FailingForce failing = new FailingForce((FileChannel) field.get(writer));
        field.set(writer, failing);
        return failing;
    }

    private static Object find(Object root, String className) throws IllegalAccessException {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> next = new ArrayDeque<>(Set.of(root));
        while (!next.isEmpty()) {
            Object at = next.remove();
            if (at.getClass().getName().equals(className)) {
                return at;
            }
            if (!seen.add(at)) {
                continue;
            }
            if (at instanceof ArrayList<?> several) {
                several.forEach(next::add);
            }
            for (Class<?> c = at.getClass(); isSearched(c); c = c.getSuperclass()) {
                for (Field f : c.getDeclaredFields()) {
                    if (!f.getType().isPrimitive() && !Modifier.isStatic(f.getModifiers())) {
                        f.setAccessible(true);
                        Object value = f.get(at);
                        if (value != null) {
                            next.add(value);
                        }
                    }
                }
            }
        }
        throw new IllegalStateException("no " + className);
    }

    private static boolean isSearched(Class<?> c) {
        String name = c.getName();
        return name.startsWith("io.aeron.archive.")
                || name.equals("org.agrona.concurrent.AgentInvoker")
                || name.endsWith(".Recording")
                || name.endsWith(".EmbeddedArchive");
    }

    @Override
    public void force(boolean metaData) throws IOException {
        forces++;
        throw new IOException("the disk does not force");
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        return file.read(to);
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
        return file.read(to, offset, length);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return file.write(from);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        return file.write(from, offset, length);
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public FileChannel position(long at) throws IOException {
        file.position(at);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        file.truncate(size);
        return this;
    }

    @Override
    public long transferTo(long at, long count, WritableByteChannel to) throws IOException {
        return file.transferTo(at, count, to);
    }

    @Override
    public long transferFrom(ReadableByteChannel from, long at, long count) throws IOException {
        return file.transferFrom(from, at, count);
    }

    @Override
    public int read(ByteBuffer to, long at) throws IOException {
        return file.read(to, at);
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        return file.write(from, at);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long size) throws IOException {
        return file.map(mode, at, size);
    }

    @Override
    public FileLock lock(long at, long size, boolean shared) throws IOException {
        return file.lock(at, size, shared);
    }

    @Override
    public FileLock tryLock(long at, long size, boolean shared) throws IOException {
        return file.tryLock(at, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }
}
