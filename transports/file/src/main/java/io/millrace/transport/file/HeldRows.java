package io.millrace.transport.file;

import io.millrace.transport.Resumption;
import java.io.IOException;
import java.io.RandomAccessFile;

/** The rows of a file that goes on behind a journal's snapshot, and is compared with what comes again. */
final class HeldRows implements Resumption.Compared {
    private final String name;
    private final RandomAccessFile file;
    private final WrittenRows written;
    private final RewrittenFile out;
    private final long headers;
    private long held;

    /** So many rows are headers, which are there. */
    HeldRows(String name, RandomAccessFile file, WrittenRows written, RewrittenFile out, long headers) {
        this.name = name;
        this.file = file;
        this.written = written;
        this.out = out;
        this.headers = headers;
        held = all();
    }

    private long all() {
        return written.rows() - headers;
    }

    @Override
    public long held() {
        return held;
    }

    @Override
    public boolean giveUp(long outputs) throws FileFault {
        try {
            out.giveUpBehind(written, headers + outputs);
            held = Math.min(held, outputs);
            return true;
        } catch (IOException e) {
            throw Faults.writing(name, e);
        }
    }

    @Override
    public void accepted() throws FileFault {
        accepted(name, out);
    }

    static void accepted(String name, RewrittenFile out) throws FileFault {
        try {
            out.accepted();
        } catch (IOException e) {
            throw Faults.writing(name, e);
        }
    }

    @Override
    public void goOn(long outputs) throws FileFault {
        try {
            long place = written.place(file, headers + outputs);
            out.goOn(place);
            boolean isHurt = written.isHurtBehind(place);
            held = isHurt ? outputs : all();
            if (isHurt) {
                out.believeUpTo(place);
            }
        } catch (IOException e) {
            throw Faults.writing(name, e);
        }
    }
}
