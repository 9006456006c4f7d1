package io.millrace.event;

/**
 * The layout of a reply: one byte that says whether there is an answer, and then the answer.
 *
 * @param <R> the answer
 */
final class ReplyType<R> extends EventType<Reply<R>> {
    private final EventType<R> answer;

    ReplyType(EventType<R> answer) {
        super("Reply<" + answer.name() + ">", LookupPort.REPLY_HEAD + answer.maxLength());
        this.answer = answer;
    }

    @Override
    public EventView<Reply<R>> newView() {
        return new View<>(answer);
    }

    @Override
    public int encode(Reply<R> reply, byte[] target, int offset) {
        target[offset] = reply.isFailed() ? LookupPort.FAILED : LookupPort.ANSWERED;
        return reply.isFailed()
                ? LookupPort.REPLY_HEAD
                : LookupPort.REPLY_HEAD + answer.encode(reply.value(), target, offset + LookupPort.REPLY_HEAD);
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        if (length < LookupPort.REPLY_HEAD || offset < 0 || offset > bytes.length - length) {
            return name() + ": " + length + " bytes, but its head alone takes " + LookupPort.REPLY_HEAD;
        }
        byte what = bytes[offset];
        if (what == LookupPort.FAILED) {
            return length == LookupPort.REPLY_HEAD ? null : name() + ": " + (length - 1) + " bytes behind a failure";
        }
        return what == LookupPort.ANSWERED
                ? answer.check(bytes, offset + LookupPort.REPLY_HEAD, length - LookupPort.REPLY_HEAD)
                : name() + ": begins with " + what + ", which is neither an answer nor a failure";
    }

    @Override
    public boolean hasCursor() {
        return answer.hasCursor();
    }

    @Override
    public boolean hasSensitive() {
        return answer.hasSensitive();
    }

    @Override
    public String layout() {
        return "answered@0, answer@" + LookupPort.REPLY_HEAD + ": " + answer.layout();
    }

    @Override
    public String contract() {
        return "answered@0, answer@" + LookupPort.REPLY_HEAD + ": " + answer.contract();
    }

    @Override
    public int layoutVersion() {
        return answer.layoutVersion();
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        if (check(bytes, offset, length) != null) {
            return name() + "[malformed: " + length + " bytes]";
        }
        return "Reply["
                + (length == LookupPort.REPLY_HEAD
                        ? "failed"
                        : answer.text(bytes, offset + LookupPort.REPLY_HEAD, length - LookupPort.REPLY_HEAD))
                + "]";
    }

    /** Moved over a reply; the answer is read when it is asked for. */
    static final class View<R> extends Reply<R> implements EventView<Reply<R>> {
        private final EventView<R> view;
        private byte[] bytes;
        private int offset;
        private int length;

        View(EventType<R> answer) {
            view = answer.newView();
        }

        @Override
        public Reply<R> wrap(byte[] newBytes, int newOffset, int newLength) {
            bytes = newBytes;
            offset = newOffset;
            length = newLength;
            return this;
        }

        @Override
        public boolean isFailed() {
            return bytes[offset] != LookupPort.ANSWERED;
        }

        @Override
        public R value() {
            return isFailed() ? null : view.wrap(bytes, offset + LookupPort.REPLY_HEAD, length - LookupPort.REPLY_HEAD);
        }

        @Override
        public void rewind() {
            view.rewind();
        }

        @Override
        public void cut() {
            bytes = null;
            view.cut();
        }

        @Override
        public String toString() {
            return "Reply[" + (isFailed() ? "failed" : value()) + "]";
        }
    }
}
