package io.millrace.engine;

import io.millrace.event.Meta;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import io.millrace.trial.Num;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A sink that notes what it is told, on which thread, and fails where a test says so. */
class SinkTrial implements EventSink<Num> {
    /** Something that may throw. */
    interface Step {
        void run() throws Exception;
    }

    final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    volatile Step inResume = () -> {};
    volatile Step inBegin = () -> {};
    volatile Step inOn = () -> {};
    volatile Step inFlush = () -> {};
    volatile Step inClose = () -> {};
    volatile int flushed;
    volatile int closed;
    volatile int abandoned;
    volatile Delivery delivery = Delivery.inline();

    static SinkTrial sink() {
        return new SinkTrial();
    }

    SinkTrial blocking(Delivery as) {
        delivery = as;
        return this;
    }

    /** What an output looks like from a sink. */
    static String text(Num n, Meta m) {
        return n.id() + " q" + m.sequence() + "." + m.ordinal() + " t" + m.timeNs() + " c" + m.correlationId() + " i"
                + m.intendedNs() + (m.redriven() ? " redriven" : "") + (m.marked() ? " marked" : "")
                + (m.reason() == null ? "" : " " + m.reason());
    }

    @Override
    public Resumption resume(String output) throws Exception {
        inResume.run();
        return Resumption.marked();
    }

    @Override
    public void begin() throws Exception {
        inBegin.run();
    }

    @Override
    public void on(Num n, Meta m) throws Exception {
        threads.add(Thread.currentThread());
        inOn.run();
        seen.add(text(n, m));
    }

    @Override
    public void flush() throws Exception {
        flushed++;
        inFlush.run();
    }

    @Override
    public void close() throws IOException {
        closed++;
        try {
            inClose.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void abandon() throws IOException {
        abandoned++;
        close();
    }

    @Override
    public Delivery delivery() {
        return delivery;
    }
}
