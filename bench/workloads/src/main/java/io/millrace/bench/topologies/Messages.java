package io.millrace.bench.topologies;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.MappedEncoder;
import io.millrace.bench.message.ProfileDecoder;
import io.millrace.bench.message.ProfileEncoder;
import io.millrace.bench.message.ScoredDecoder;
import io.millrace.bench.message.ScoredEncoder;
import io.millrace.bench.message.TotalDecoder;
import io.millrace.bench.message.TotalEncoder;
import io.millrace.bench.message.TradedDecoder;
import io.millrace.bench.message.TradedEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.workloads.Tx;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.sbe.Sbe;
import java.util.concurrent.TimeUnit;

/** The event types of the benchmarks, all SBE, and the way from and to the generator's event. */
public final class Messages {
    /** All fields of the generator's event. */
    public static final InPlaceType<TransactionDecoder, TransactionEncoder> TRANSACTION =
            Sbe.type(TransactionDecoder::new, TransactionEncoder::new);

    /** What is known of a card. */
    public static final InPlaceType<ProfileDecoder, ProfileEncoder> PROFILE =
            Sbe.type(ProfileDecoder::new, ProfileEncoder::new);

    /** A result of W0. */
    public static final InPlaceType<MappedDecoder, MappedEncoder> MAPPED =
            Sbe.type(MappedDecoder::new, MappedEncoder::new);

    /** A result of W3. */
    public static final InPlaceType<ScoredDecoder, ScoredEncoder> SCORED =
            Sbe.type(ScoredDecoder::new, ScoredEncoder::new);

    /** A result of W1. */
    public static final InPlaceType<TotalDecoder, TotalEncoder> TOTAL = Sbe.type(TotalDecoder::new, TotalEncoder::new);

    /** A result of W5. */
    public static final InPlaceType<TradedDecoder, TradedEncoder> TRADED =
            Sbe.type(TradedDecoder::new, TradedEncoder::new);

    /** The input of every workload. The generator's time is the past's. */
    public static final InPlaceInput<TransactionDecoder, TransactionEncoder> TRANSACTIONS = Input.of(
                    "transactions", TRANSACTION)
            .eventTime(TransactionDecoder::timeMs, TimeUnit.MILLISECONDS)
            .historic();

    private Messages() {}

    /** Fills a message from an event. */
    public static void encode(Tx from, TransactionEncoder into) {
        into.id(from.id)
                .card(from.card)
                .timeMs(from.timeMs)
                .amountCents(from.amountCents)
                .merchant(from.merchant)
                .country((short) from.country)
                .kind((short) from.kind);
    }

    /** Reads a message back into an event. */
    public static void decode(TransactionDecoder from, Tx into) {
        into.id = from.id();
        into.card = from.card();
        into.timeMs = from.timeMs();
        into.amountCents = from.amountCents();
        into.merchant = from.merchant();
        into.country = from.country();
        into.kind = from.kind();
    }
}
