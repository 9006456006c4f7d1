package io.millrace.event;

import java.io.IOException;
import java.io.InputStream;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/**
 * The template of a record type. Never used itself: {@link #define} makes a hidden copy of this class for each record,
 * with the record's handles as its class data. Its own view, as reading a value keeps nothing.
 */
final class RecordCopy<R extends Record> extends RecordType<R> implements EventView<R> {
    /** {@code (byte[], int) -> Record}. */
    private static final MethodHandle READ = classData(0);
    /** {@code (byte[], int, Record) -> void}. */
    private static final MethodHandle WRITE = classData(1);
    /** {@code (Record) -> Record}. */
    private static final MethodHandle CANONICAL = classData(2);

    RecordCopy(RecordShape shape) {
        super(shape);
    }

    private static MethodHandle classData(int index) {
        try {
            return MethodHandles.classDataAt(
                    MethodHandles.lookup(), ConstantDescs.DEFAULT_NAME, MethodHandle.class, index);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    static RecordType<?> define(RecordShape shape) {
        MethodType read = MethodType.methodType(Record.class, byte[].class, int.class);
        MethodType write = MethodType.methodType(void.class, byte[].class, int.class, Record.class);
        MethodType canonical = MethodType.methodType(Record.class, Record.class);
        MethodHandle rebuild = shape.canonical() == null ? MethodHandles.identity(Record.class) : shape.canonical();
        List<MethodHandle> handles =
                List.of(shape.reader().asType(read), shape.writer().asType(write), rebuild.asType(canonical));
        try (InputStream template = RecordCopy.class.getResourceAsStream("RecordCopy.class")) {
            MethodHandles.Lookup copy =
                    MethodHandles.lookup().defineHiddenClassWithClassData(template.readAllBytes(), handles, true);
            return (RecordType<?>)
                    copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class, RecordShape.class))
                            .invoke(shape);
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("no copy of " + RecordCopy.class.getName() + " could be made", e);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public EventView<R> newView() {
        return this;
    }

    @Override
    public R wrap(byte[] bytes, int offset, int length) {
        return read(bytes, offset);
    }

    @Override
    @SuppressWarnings("unchecked") // the handle calls the constructor of R
    R read(byte[] bytes, int offset) {
        try {
            return (R) (Record) READ.invokeExact(bytes, offset);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    @Override
    public int encode(R event, byte[] target, int offset) {
        try {
            WRITE.invokeExact(target, offset, (Record) event);
            return maxLength();
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // the handle answers its argument or a record made by the constructor of R
    public R canonical(R event) {
        try {
            return (R) (Record) CANONICAL.invokeExact((Record) event);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** What the record's own code throws goes on as it is; its signatures allow nothing checked. */
    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException runtime ? runtime : new IllegalStateException(thrown);
    }
}
