package io.millrace.trial;

import io.millrace.event.Bytes;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import java.util.concurrent.TimeUnit;

/** A flyweight over two numbers, id and time in nanoseconds: an event that is published and read without an object. */
public final class Cell implements EventView<Cell>, EventWriter<Cell> {
    /** Its type. */
    public static final InPlaceType<Cell, Cell> TYPE = new Type();

    private byte[] bytes;
    private int offset;
    private int says = 16;

    /** An input with event time. */
    public static InPlaceInput<Cell, Cell> input(String name) {
        return Input.of(name, TYPE).eventTime(Cell::timeNs, TimeUnit.NANOSECONDS);
    }

    /** An output. */
    public static Output<Cell> output(String name) {
        return Output.of(name, TYPE);
    }

    public long id() {
        return Bytes.getLong(bytes, offset);
    }

    public long timeNs() {
        return Bytes.getLong(bytes, offset + 8);
    }

    public Cell id(long id) {
        Bytes.putLong(bytes, offset, id);
        return this;
    }

    public Cell timeNs(long ns) {
        Bytes.putLong(bytes, offset + 8, ns);
        return this;
    }

    /** A codec in error: says that it wrote so many bytes. */
    public Cell says(int length) {
        says = length;
        return this;
    }

    @Override
    public Cell wrap(byte[] from, int at, int length) {
        bytes = from;
        offset = at;
        says = 16;
        return this;
    }

    @Override
    public int length() {
        return says;
    }

    private static final class Type extends InPlaceType<Cell, Cell> {
        Type() {
            super("cell", 16);
        }

        @Override
        public EventWriter<Cell> newWriter() {
            return new Cell();
        }

        @Override
        public EventView<Cell> newView() {
            return new Cell();
        }

        @Override
        public int encode(Cell event, byte[] target, int at) {
            Bytes.putLong(target, at, event.id());
            Bytes.putLong(target, at + 8, event.timeNs());
            return 16;
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return length == 16 ? null : length + " bytes instead of 16";
        }

        @Override
        public String layout() {
            return "id int64 0, time int64 8";
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return "cell " + Bytes.getLong(bytes, offset);
        }
    }
}
