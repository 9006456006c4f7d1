package io.millrace.bench.scale;

import static io.millrace.bench.topologies.Messages.MAPPED;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.MappedEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Profiles;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Output;
import java.time.Duration;

/** A running sum a card, put out with each event; cards drawn uniformly. By hand: a table, key and sum in one record. */
final class Keys implements Pair {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long BYTES_LEAST = 32L << 20;
    private static final long BYTES_A_KEY = 200;
    private static final InPlaceOutput<MappedDecoder, MappedEncoder> SUMS = Output.of("sums", MAPPED);

    private final int keys;
    private final Answer ours = new Answer();
    private final Answer hand = new Answer();
    private final Inline inline;
    private final Claims<TransactionEncoder> claims;
    private final long[] table;
    private final int bits;

    /** What is kept of a card. */
    private static final class Running extends KeyedProcess {
        final LongState cents = longState("cents");
        final EmitInPlace<MappedDecoder, MappedEncoder> sums = emits("sums", MAPPED);

        Running(On<TransactionDecoder> events) {
            on(events, this::add);
        }

        private void add(TransactionDecoder e) {
            cents.add(e.amountCents());
            sums.begin().id(key()).value(cents.get());
            sums.end();
        }
    }

    Keys(int keys) {
        this.keys = keys;
        inline = Engine.of(Millrace.topology(
                        "keys",
                        t -> t.from(TRANSACTIONS)
                                .keyBy(TransactionDecoder::card)
                                .keysAtMost(keys)
                                .process("running", Duration.ofHours(1), Running::new)
                                .out(r -> r.sums)
                                .to(SUMS)))
                .stateBudget(Math.max(BYTES_LEAST, BYTES_A_KEY * keys))
                .output(SUMS, s -> ours.hit(Arithmetic.mix(s.id() ^ s.value())))
                .inline();
        claims = inline.claims(TRANSACTIONS);
        bits = 64 - Long.numberOfLeadingZeros(2L * keys - 1);
        table = new long[2 << bits];
    }

    /** Each key once: no table grows any more. */
    @Override
    public void load() {
        for (int rank = 0; rank < keys; rank++) {
            send(Profiles.cardOf(rank), 0);
            add(Profiles.cardOf(rank), 0);
        }
    }

    private long card(long i) {
        return Profiles.cardOf((int) ((Arithmetic.mix(i) >>> 1) % keys));
    }

    @Override
    public void ours(long i) {
        send(card(i), i & 0xffff);
    }

    private void send(long card, long cents) {
        claims.claim().card(card).timeMs(Generator.START_MS).amountCents(cents);
        claims.commit(null);
    }

    @Override
    public void hand(long i) {
        add(card(i), i & 0xffff);
    }

    private void add(long card, long cents) {
        int mask = (1 << bits) - 1;
        int slot = (int) (card * GOLDEN >>> 64 - bits);
        while (table[2 * slot] != card) {
            if (table[2 * slot] == 0) {
                table[2 * slot] = card;
                break;
            }
            slot = slot + 1 & mask;
        }
        long sum = table[2 * slot + 1] += cents;
        hand.hit(Arithmetic.mix(card ^ sum));
    }

    @Override
    public Answer oursAnswer() {
        return ours;
    }

    @Override
    public Answer handAnswer() {
        return hand;
    }
}
