package io.millrace.bench.jmh;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.dsl.EventStream;

/** The same steps twice: as operators of a topology, and written one after another by hand. */
interface Chain {
    /** The first of the operators, behind a stream. */
    EventStream<MappedDecoder> of(EventStream<MappedDecoder> stream, int operators);

    /** The same steps by hand. */
    Hand hand(int operators);

    /** A chain by hand. */
    interface Hand {
        void on(MappedDecoder message);
    }
}
