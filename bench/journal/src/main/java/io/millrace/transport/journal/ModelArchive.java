package io.millrace.transport.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Writes frames as Aeron and its archive do: pieces of an MTU, padding at the end of terms, blocks, a force behind each,
 * files that have their full length from the start. Of one thread, which says when a block is written.
 */
final class ModelArchive {
    private record Piece(long position, byte[] bytes, int covers) {}

    private final Epoch epoch;
    private final Path directory;
    private final CrashDisk disk;
    private final ArrayDeque<Piece> waiting = new ArrayDeque<>();
    private long position;
    private long recorded;
    private long fileBase = -1;

    ModelArchive(Epoch epoch, Path journal, CrashDisk disk) {
        this.epoch = epoch;
        this.directory = epoch.directory(journal);
        this.disk = disk;
    }

    long send(byte[] frame, int length) {
        int payload = epoch.mtuBytes() - AeronFrame.HEADER;
        int needed = 0;
        for (int at = 0; at < length; at += payload) {
            needed += AeronFrame.aligned(AeronFrame.HEADER + Math.min(payload, length - at));
        }
        int left = epoch.termBytes() - (int) (position % epoch.termBytes());
        if (needed > left) {
            add(left, AeronFrame.FIRST_PIECE | AeronFrame.LAST_PIECE, 0, new byte[AeronFrame.HEADER]);
        }
        for (int at = 0; at < length; at += payload) {
            int part = Math.min(payload, length - at);
            byte[] piece = new byte[AeronFrame.aligned(AeronFrame.HEADER + part)];
            System.arraycopy(frame, at, piece, AeronFrame.HEADER, part);
            int flags = (at == 0 ? AeronFrame.FIRST_PIECE : 0) | (at + part == length ? AeronFrame.LAST_PIECE : 0);
            add(AeronFrame.HEADER + part, flags, 1, piece);
        }
        return position;
    }

    private void add(int length, int flags, int type, byte[] piece) {
        AeronFrame.write(piece, 0, length, flags, type, position, epoch);
        waiting.add(new Piece(position, piece, AeronFrame.aligned(length)));
        position += AeronFrame.aligned(length);
    }

    boolean isIdle() {
        return waiting.isEmpty();
    }

    /** Writes a block of at most so many pieces, and forces it where that is its level. */
    void record(int pieces) throws IOException {
        if (!waiting.isEmpty()) {
            recorded = write(pieces);
            if (epoch.forced()) {
                disk.force(directory.resolve(Epoch.segmentName(fileBase)));
            }
        }
    }

    /** Writes a block; the process is killed before it is forced. */
    void recordAndDie(int pieces) throws IOException {
        if (!waiting.isEmpty()) {
            write(pieces);
        }
    }

    private long write(int pieces) throws IOException {
        Piece first = waiting.peek();
        byte[] block = new byte[0];
        long covers = 0;
        do {
            Piece piece = waiting.remove();
            int at = block.length;
            block = Arrays.copyOf(block, at + piece.bytes().length);
            System.arraycopy(piece.bytes(), 0, block, at, piece.bytes().length);
            covers += piece.covers();
        } while (--pieces > 0
                && !waiting.isEmpty()
                && waiting.peek().covers() == waiting.peek().bytes().length
                && (first.position() + covers) % epoch.termBytes() != 0
                && first.covers() == first.bytes().length);
        long base = epoch.baseOf(first.position());
        Path file = directory.resolve(Epoch.segmentName(base));
        if (base != fileBase) {
            disk.createSized(file, epoch.segmentBytes());
            if (epoch.forced()) {
                disk.forceDirectory(directory);
            }
            fileBase = base;
        }
        disk.write(file, (int) (first.position() - base), block, block.length);
        return first.position() + covers;
    }

    long recorded() {
        return recorded;
    }
}
