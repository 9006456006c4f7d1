package io.millrace.operators.allocation;

import static io.millrace.operators.allocation.AllocationRig.OUT;
import static io.millrace.operators.allocation.AllocationRig.QUOTE;
import static io.millrace.operators.allocation.AllocationRig.QUOTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.dsl.AsyncWork;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.event.Header;
import io.millrace.event.LookupPort;
import io.millrace.event.Reply;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.quotes.QuoteEncoder;
import io.millrace.topology.Topology;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiting for answers allocates nothing: not for a request, a reply, one that failed, one that is late, or a deadline. */
class AsyncAllocationTest {
    private static final LookupPort<QuoteDecoder, QuoteDecoder> QUOTED = LookupPort.of("quoted", QUOTE, QUOTE);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUND = 10_000;

    private final Header header = new Header().correlationId(5);
    private final Header cause = new Header();
    private final Reply<QuoteDecoder> failed = Reply.failed();
    private long next;
    private long seen;

    private static Topology topology(boolean ordered) {
        return Millrace.topology("allocation", t -> {
            AsyncWork<QuoteDecoder, QuoteDecoder, QuoteDecoder> work = t.from(QUOTES)
                    .keyBy(QuoteDecoder::instrument)
                    .async("quoted", QUOTED, q -> q)
                    .lateReplies(side -> side.to(OUT))
                    .unansweredTo(OUT);
            (ordered ? work.ordered() : work)
                    .decideWithin(Duration.ofNanos(50))
                    .to(OUT, (pair, out) -> AllocationRig.copy(pair.right(), out));
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothing(boolean ordered) {
        QuoteDecoder value = QUOTE.newView().wrap(new byte[QUOTE.maxLength()], 0, QUOTE.maxLength());
        Reply<QuoteDecoder> answer = Reply.of(value);
        try (Inline engine = Engine.of(topology(ordered))
                .output(OUT, (QuoteDecoder q) -> seen += q.instrument() + 1)
                .discard(QUOTED.requests())
                .inline()) {
            Claims<QuoteEncoder> claims = engine.claims(QUOTES);
            Publisher<Reply<QuoteDecoder>> replies = engine.publisher(QUOTED.replies());
            for (int warm = 0; warm < 3; warm++) {
                run(claims, replies, answer);
            }
            long least = Long.MAX_VALUE;
            // something that is compiled or taken anew may fall into a round; a path that allocates does so in every
            // one
            for (int round = 0; round < 12 && least > 0; round++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                long probe = THREADS.getCurrentThreadAllocatedBytes() - before;
                before = THREADS.getCurrentThreadAllocatedBytes();
                run(claims, replies, answer);
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before - probe);
            }
            assertEquals(0, Math.max(0, least), "bytes for " + ROUND + " events");
            assertEquals(0, engine.deadLetters().total());
            assertTrue(seen > 0, "nothing came out");
        }
    }

    private void run(Claims<QuoteEncoder> claims, Publisher<Reply<QuoteDecoder>> replies, Reply<QuoteDecoder> answer) {
        for (int i = 0; i < ROUND; i++, next++) {
            claims.claim().instrument(next & 1023).timeNs(next).size(next % 1000);
            long q = claims.commit(header);
            if (i % 3 != 0) {
                replies.publish(i % 3 == 1 ? answer : failed, cause.clear().cause(q - (i % 7 == 0 ? 200 : 3), 0));
                replies.publish(answer, cause.clear().cause(q, 0));
            }
        }
    }
}
