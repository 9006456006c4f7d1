package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.Bytes;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.RefusedException;
import io.millrace.sbe.enums.FixedDecoder;
import io.millrace.sbe.enums.FixedEncoder;
import io.millrace.sbe.enums.GroupedDecoder;
import io.millrace.sbe.enums.GroupedEncoder;
import io.millrace.sbe.enums.Letter;
import io.millrace.sbe.enums.Small;
import io.millrace.sbe.enums.Wide;
import io.millrace.sbe.orders.OrderDecoder;
import io.millrace.topology.GraphBuilder;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Values of enums that the code of a reader does not know: refused before anything has seen the event, or read as unknown. */
class SbeEnumsTest {
    private static final InPlaceType<FixedDecoder, FixedEncoder> FIXED = Sbe.type(FixedDecoder::new, FixedEncoder::new);
    private static final InPlaceType<GroupedDecoder, GroupedEncoder> GROUPED =
            Sbe.type(GroupedDecoder::new, GroupedEncoder::new, 400);
    private static final InPlaceType<io.millrace.sbe.enumsbig.FixedDecoder, io.millrace.sbe.enumsbig.FixedEncoder> BIG =
            Sbe.type(io.millrace.sbe.enumsbig.FixedDecoder::new, io.millrace.sbe.enumsbig.FixedEncoder::new);
    private static final InPlaceType<
                    io.millrace.sbe.enumsdecoded.FixedDecoder, io.millrace.sbe.enumsdecoded.FixedEncoder>
            DECODED = Sbe.type(
                    io.millrace.sbe.enumsdecoded.FixedDecoder::new, io.millrace.sbe.enumsdecoded.FixedEncoder::new);

    private static final int AT = 5;
    private static final int LETTER = AT + SbeHeader.LENGTH + FixedDecoder.letterEncodingOffset();
    private static final int WIDE = AT + SbeHeader.LENGTH + FixedDecoder.wideEncodingOffset();
    private static final int IN_BOTH = AT + SbeHeader.LENGTH + FixedDecoder.bothEncodingOffset() + Integer.BYTES;
    private static final int LATER = AT + SbeHeader.LENGTH + FixedDecoder.laterEncodingOffset();

    private final byte[] bytes = new byte[500];

    private int fixed() {
        EventWriter<FixedEncoder> writer = FIXED.newWriter();
        FixedEncoder fixed = writer.wrap(bytes, AT, FIXED.maxLength())
                .id(7)
                .letter(Letter.A)
                .small(Small.MINUS)
                .wide(Wide.MANY)
                .later(Small.NULL_VAL);
        fixed.both().amount(5).wide(Wide.FEW);
        return writer.length();
    }

    /** As user code reads it; throws at what it does not know. */
    private String read(int length) {
        FixedDecoder f = FIXED.newView().wrap(bytes, AT, length);
        return f.letter() + " " + f.small() + " " + f.wide() + " " + f.both().wide() + " " + f.always() + " "
                + f.later();
    }

    @Test
    void shouldTakeWhatItsCodeKnows() {
        int length = fixed();
        assertNull(FIXED.check(bytes, AT, length));
        assertEquals("A MINUS MANY FEW B NULL_VAL", read(length));
    }

    /** Each byte of each field: what is taken is read, and what is refused could not be. */
    @Test
    void shouldTakeNothingThatCannotBeRead() {
        int length = fixed();
        int taken = 0;
        int refused = 0;
        for (int at = AT + SbeHeader.LENGTH; at < AT + length; at++) {
            byte was = bytes[at];
            for (int value = 0; value < 256; value++) {
                bytes[at] = (byte) value;
                if (FIXED.check(bytes, AT, length) == null) {
                    read(length);
                    taken++;
                } else {
                    assertThrows(IllegalArgumentException.class, () -> read(length));
                    refused++;
                }
            }
            bytes[at] = was;
        }
        assertTrue(taken > 3_000 && refused > 1_000, taken + " and " + refused);
    }

    @Test
    void shouldSayWhichItIs() {
        int length = fixed();
        bytes[LETTER] = 'C';
        assertEquals(
                "Fixed: letter of version 1 is 67, none of Letter(A=65|B=66|NULL_VAL=0)",
                FIXED.check(bytes, AT, length));
        fixed();
        Bytes.putShort(bytes, WIDE, (short) 60_001);
        assertEquals(
                "Fixed: wide of version 1 is 60001, none of Wide(FEW=5|MANY=60000|NULL_VAL=65535)",
                FIXED.check(bytes, AT, length));
        fixed();
        Bytes.putShort(bytes, IN_BOTH, (short) 6);
        assertEquals(
                "Fixed: both.wide of version 1 is 6, none of Wide(FEW=5|MANY=60000|NULL_VAL=65535)",
                FIXED.check(bytes, AT, length));
    }

    /** Nobody is to see what is in that composite, so not what is wrong with it either; of what is beside it the value is told. */
    @Test
    void shouldNotShowAValueWithinASensitiveComposite() {
        InPlaceType<FixedDecoder, FixedEncoder> hidden = Sbe.sensitive(FIXED, "both");
        int length = fixed();
        Bytes.putShort(bytes, IN_BOTH, (short) 6);
        String why = "Fixed: both.wide of version 1 is none of Wide(FEW=5|MANY=60000|NULL_VAL=65535)";
        assertEquals(why, hidden.check(bytes, AT, length));
        assertEquals("Fixed[malformed: " + why + "]", hidden.text(bytes, AT, length));
        fixed();
        bytes[LETTER] = 'C';
        assertTrue(hidden.check(bytes, AT, length).startsWith("Fixed: letter of version 1 is 67, none of Letter"));
        SbeSensitive inGroup = SbeSensitive.of("Order", SbeBlock.of(OrderDecoder.class), false, List.of("fills.price"));
        assertTrue(inGroup.hides("fills", "price.unit"));
        assertFalse(inGroup.hides("", "price.unit") || inGroup.hides("ills", "price"));
        assertFalse(inGroup.hides("fills", "venue"));
    }

    /** What is filled in this process and not set, whose 0 is no value: refused where parts are looked through, else found by who reads. */
    @Test
    void shouldLookAtWhatIsFilledHereWhereItHasGroups() {
        InPlaceInput<FixedDecoder, FixedEncoder> fixed = Input.of("fixed", FIXED);
        InPlaceInput<GroupedDecoder, GroupedEncoder> grouped = Input.of("grouped", GROUPED);
        Output<FixedDecoder> out = Output.of("out", FIXED);
        Output<GroupedDecoder> groups = Output.of("groups", GROUPED);
        GraphBuilder g = new GraphBuilder("enums");
        g.sink(out, g.source(fixed, ""), "");
        g.sink(groups, g.source(grouped, ""), "");
        List<Class<?>> thrown = new ArrayList<>();
        try (Inline inline = Engine.of(g.build())
                .output(
                        out,
                        (FixedDecoder f) -> thrown.add(assertThrows(IllegalArgumentException.class, f::wide)
                                .getClass()))
                .discard(groups)
                .inline()) {
            Claims<GroupedEncoder> claims = inline.claims(grouped);
            GroupedEncoder group = claims.claim().id(1);
            group.plainCount(1).next().size((short) 3);
            group.deepCount(0);
            RefusedException refused = assertThrows(RefusedException.class, claims::commit);
            assertTrue(
                    refused.getMessage().contains("plain.wide of version 1 is 0, none of Wide"), refused.getMessage());
            Claims<FixedEncoder> blocks = inline.claims(fixed);
            blocks.claim().id(1);
            blocks.commit();
        }
        assertEquals(List.of(IllegalArgumentException.class), thrown);
    }

    /** In a message of an older version it is not there, whatever stands in that place. */
    @Test
    void shouldLookAtNoFieldOfALaterVersion() {
        int length = fixed();
        bytes[LATER] = 77;
        assertEquals(
                "Fixed: later of version 1 is 77, none of Small(MINUS=-1|ZERO=0|NULL_VAL=-128)",
                FIXED.check(bytes, AT, length));
        bytes[AT + 6] = 0;
        assertNull(FIXED.check(bytes, AT, length));
        bytes[AT]--; // a block without it, which ends in front of a constant
        assertNull(FIXED.check(bytes, AT, length - 1));
        bytes[AT]--;
        assertEquals("Fixed: a block of 18 bytes, version 0 has at least 19", FIXED.check(bytes, AT, length - 2));
        bytes[AT] += 2;
        assertEquals("A MINUS MANY FEW B NULL_VAL", read(length));
    }

    @Test
    void shouldGoByTheByteOrderOfTheSchema() {
        EventWriter<io.millrace.sbe.enumsbig.FixedEncoder> writer = BIG.newWriter();
        io.millrace.sbe.enumsbig.FixedEncoder big = writer.wrap(bytes, AT, BIG.maxLength())
                .letter(io.millrace.sbe.enumsbig.Letter.A)
                .small(io.millrace.sbe.enumsbig.Small.MINUS)
                .wide(io.millrace.sbe.enumsbig.Wide.MANY)
                .later(io.millrace.sbe.enumsbig.Small.ZERO);
        big.both().wide(io.millrace.sbe.enumsbig.Wide.FEW);
        assertNull(BIG.check(bytes, AT, writer.length()));
        Bytes.putShort(bytes, WIDE, Short.reverseBytes((short) 60_001));
        String why = BIG.check(bytes, AT, writer.length());
        assertTrue(why.startsWith("Fixed: wide of version 1 is 60001, none of Wide"), why);
    }

    private int grouped(Random random) {
        EventWriter<GroupedEncoder> writer = GROUPED.newWriter();
        GroupedEncoder grouped = writer.wrap(bytes, AT, GROUPED.maxLength()).id(1);
        int plain = random.nextInt(4);
        GroupedEncoder.PlainEncoder p = grouped.plainCount(plain);
        for (int i = 0; i < plain; i++) {
            p.next().size((short) 3).wide(random.nextBoolean() ? Wide.FEW : Wide.NULL_VAL);
        }
        int deep = random.nextInt(3);
        GroupedEncoder.DeepEncoder d = grouped.deepCount(deep);
        for (int i = 0; i < deep; i++) {
            int inner = random.nextInt(3);
            GroupedEncoder.DeepEncoder.InnerEncoder in =
                    d.next().small(Small.ZERO).innerCount(inner);
            for (int k = 0; k < inner; k++) {
                in.next().letter(Letter.B);
            }
            d.putText(new byte[2], 0, random.nextInt(3));
        }
        return writer.length();
    }

    private int readGrouped(int length) {
        GroupedDecoder g = GROUPED.newView().wrap(bytes, AT, length);
        int sum = 0;
        for (GroupedDecoder.PlainDecoder p : g.plain()) {
            sum += p.wide() == Wide.FEW ? 1 : 0;
        }
        for (GroupedDecoder.DeepDecoder d : g.deep()) {
            sum += d.small() == Small.ZERO ? 1 : 0;
            for (GroupedDecoder.DeepDecoder.InnerDecoder in : d.inner()) {
                sum += in.letter() == Letter.B ? 1 : 0;
            }
            sum += d.skipText();
        }
        return sum;
    }

    /** Bytes changed anywhere: what is taken is read to its end, and both happen of entries of each kind. */
    @Test
    void shouldLookIntoGroups() {
        Random random = new Random(5);
        int taken = 0;
        int inPlain = 0;
        int inDeep = 0;
        int inInner = 0;
        for (int i = 0; i < 20_000; i++) {
            int length = grouped(random);
            assertNull(GROUPED.check(bytes, AT, length));
            bytes[AT + SbeHeader.LENGTH + random.nextInt(length - SbeHeader.LENGTH)] = (byte) random.nextInt();
            String wrong = GROUPED.check(bytes, AT, length);
            if (wrong == null) {
                readGrouped(length);
                taken++;
            } else {
                inPlain += wrong.contains("plain.wide of version 1 is ") ? 1 : 0;
                inDeep += wrong.contains("deep.small of version 1 is ") ? 1 : 0;
                inInner += wrong.contains("inner.letter of version 1 is ") ? 1 : 0;
            }
        }
        assertTrue(taken > 5_000, taken + " taken");
        assertTrue(inPlain > 500 && inDeep > 200 && inInner > 200, inPlain + " " + inDeep + " " + inInner);
    }

    @Test
    void shouldLeaveToItsCodeWhatThatReadsAsUnknown() {
        int length = fixed();
        Bytes.putShort(bytes, WIDE, (short) 60_001);
        assertNull(DECODED.check(bytes, AT, length));
        assertEquals(
                io.millrace.sbe.enumsdecoded.Wide.SBE_UNKNOWN,
                DECODED.newView().wrap(bytes, AT, length).wide());
    }

    @Test
    void shouldAllocateNothingToLook() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int length = fixed();
        byte[] block = bytes.clone();
        int groups = grouped(new Random(6));
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 20; run++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < 20_000; i++) {
                if (FIXED.check(block, AT, length) != null || GROUPED.check(bytes, AT, groups) != null) {
                    throw new AssertionError();
                }
            }
            least = Math.min(
                    least,
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        assertEquals(0, least);
    }
}
