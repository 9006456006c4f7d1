package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SbeSchemasTest {
    private static final Path SCHEMAS = Path.of("src/test/sbe");

    private static String orders() throws IOException {
        return Files.readString(SCHEMAS.resolve("orders.xml"));
    }

    /** The pair of which other tests show that each can read the other. */
    @Test
    void shouldLetASchemaGrowWhereItMay() throws IOException {
        assertEquals(List.of(), SbeSchemas.problems(SCHEMAS.resolve("orders.xml"), SCHEMAS.resolve("orders-v1.xml")));
        assertEquals(List.of(), SbeSchemas.problems(orders(), orders()));
        String grown = changed(
                "</sbe:message>", "<data name='more' id='30' type='varAsciiEncoding' sinceVersion='1'/></sbe:message>");
        assertEquals(List.of(), SbeSchemas.problems(orders(), grown));
    }

    private static String changed(String what, String into) throws IOException {
        String all = orders().replace("version=\"0\"", "version=\"1\"");
        assertTrue(all.contains(what), what);
        return all.replaceFirst(java.util.regex.Pattern.quote(what), java.util.regex.Matcher.quoteReplacement(into));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<field name=\"id\" id=\"1\" type=\"int64\"/> | <field name='id' id='1' type='int32'/> | Order.id: type changed from int64 to int32",
                "<field name=\"cents\" id=\"2\" type=\"int64\"/> | <field name='cents' id='2' type='int64' offset='16'/> | Order.cents: field moved from 8 to 16",
                "<field name=\"cents\" id=\"2\" type=\"int64\"/> | | Order.cents: field removed",
                "<field name=\"cents\" id=\"2\" type=\"int64\"/> | <field name='x' id='9' type='int32' sinceVersion='1'/><field name='cents' id='2' type='int64'/> | Order.x: added at 8, within the block",
                "<field name=\"cents\" id=\"2\" type=\"int64\"/> | <field name='cents' id='2' type='int64'/><field name='x' id='9' type='int32'/> | Order.x: added without a sinceVersion above 0",
                "<field name=\"cents\" id=\"2\" type=\"int64\"/> | <field name='cents' id='2' type='int64'/><field name='x' id='9' type='int32' sinceVersion='2'/> | Order.x: sinceVersion 2 is above the version 1",
                "<data name=\"note\" id=\"20\" type=\"varAsciiEncoding\"/> | <group name='g' id='40' dimensionType='groupSizeEncoding' sinceVersion='1'><field name='y' id='41' type='int32'/></group><data name='note' id='20' type='varAsciiEncoding'/> | Order.g: a group added in front of data",
                "<data name=\"note\" id=\"20\" type=\"varAsciiEncoding\"/> | <data name='note' id='20' type='wideDataEncoding'/> | Order.note: type of the data changed",
                "<data name=\"zip\" id=\"13\" type=\"wideDataEncoding\"/> | | Deep.zones.legs.zip: data no longer where it was, there is city",
                "<field name=\"quantity\" id=\"12\" type=\"int32\"/> | <field name='quantity' id='12' type='int64'/> | Order.fills.quantity: type changed",
                "<validValue name=\"BUY\">1</validValue> | <validValue name='BUY'>3</validValue> | Deep.side: value BUY changed from 1 to 3",
                "encodingType=\"uint8\" | encodingType='uint16' | Deep.side: type changed from enum uint8 to enum uint16",
                "byteOrder=\"littleEndian\" | byteOrder=\"bigEndian\" | its byte order changed",
                "id=\"902\" | id=\"903\" | schema: its id changed",
                "<type name=\"templateId\" primitiveType=\"uint16\"/> | <type name='templateId' primitiveType='uint32'/> | its message header changed",
            })
    void shouldNameWhatBreaksReaders(String what, String into, String problem) throws IOException {
        List<String> found = SbeSchemas.problems(orders(), changed(what, into == null ? "" : into));
        assertTrue(found.stream().anyMatch(f -> f.contains(problem)), found.toString());
    }

    /** What a newer message may not have, since a reader of version 0 cannot know it: said with where, what was, what is, and why. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<data name=\"venue\" id=\"13\" type=\"varAsciiEncoding\"/> | <data name='venue' id='13' type='varAsciiEncoding'/><data name='more' id='14' type='varAsciiEncoding' sinceVersion='1'/> | Order.fills.more: data added in the entries of group fills, which end with data venue in version 0; its readers take what follows for the next entry",
                "<field name=\"size\" id=\"16\" type=\"int16\"/> | <field name='size' id='16' type='int16'/><data name='more' id='17' type='varAsciiEncoding' sinceVersion='1'/> | Deep.zones.empties.more: data added in the entries of group empties, which end with their block in version 0",
                "<field name=\"size\" id=\"16\" type=\"int16\"/> | <field name='size' id='16' type='int16'/><group name='g' id='17' dimensionType='groupSizeEncoding' sinceVersion='1'><field name='z' id='18' type='int8'/></group> | Deep.zones.empties.g: group added in the entries of group empties, which end with their block in version 0",
                "<group name=\"fills\" id=\"10\" | <group sinceVersion='1' name='fills' id='10' | Order.fills: sinceVersion of the group changed from 0 to 1; messages of version 0 have it, and readers of version 1 take its bytes for what follows",
                "<data name=\"note\" id=\"20\" | <data sinceVersion='1' name='note' id='20' | Order.note: sinceVersion of the data changed from 0 to 1; messages of version 0 have it",
                "<data name=\"note\" id=\"20\" | <data sinceVersion='9' name='note' id='20' | Order.note: sinceVersion 9 is above the version 1 of the schema; its own readers would not look for it",
                "<group name=\"legs\" id=\"11\" | <group sinceVersion='9' name='legs' id='11' | Deep.zones.legs: sinceVersion 9 is above the version 1 of the schema",
                "<data name=\"zip\" id=\"13\" | <data sinceVersion='9' name='zip' id='13' | Deep.zones.legs.zip: sinceVersion 9 is above the version 1 of the schema",
                "<validValue name=\"SELL\">2</validValue> | <validValue name='SELL'>2</validValue><validValue name='SWAP'>3</validValue> | Deep.side: value SWAP (3) added without a sinceVersion above 0; version 0 does not have it, and its readers do not know 3",
                "<validValue name=\"SELL\">2</validValue> | <validValue name='SELL'>2</validValue><validValue name='SWAP' sinceVersion='9'>3</validValue> | Deep.side: value SWAP (3): sinceVersion 9 is above the version 1 of the schema",
                "<validValue name=\"SELL\">2</validValue> | <validValue name='SELL' sinceVersion='9'>2</validValue> | Deep.side: value SELL (2): sinceVersion 9 is above the version 1 of the schema",
                "<field name=\"cents\" id=\"2\" type=\"int64\"/> | <field name='cents' id='2' type='int64' presence='optional'/> | Order.cents: presence changed from required to optional; readers of version 0 read the null value as one that was sent",
            })
    void shouldNameWhatReadersOfTheOlderVersionCannotKnow(String what, String into, String problem) throws IOException {
        List<String> found = SbeSchemas.problems(orders(), changed(what, into));
        assertEquals(1, found.size(), found.toString());
        assertTrue(found.get(0).startsWith(problem), found.toString());
    }

    /** The null value of messages that are there already is a value to readers of a field that is required. */
    @Test
    void shouldNameAFieldThatIsNoLongerOptional() throws IOException {
        String field = "<field name=\"cents\" id=\"2\" type=\"int64\"/>";
        String optional = orders().replace(field, "<field name='cents' id='2' type='int64' presence='optional'/>");
        assertEquals(
                List.of(
                        "Order.cents: presence changed from optional to required; messages of version 0 may have the null"
                                + " value, which readers of version 1 read as one that was sent; leave it optional, or add a field"),
                SbeSchemas.problems(optional, changed(field, field)));
        String ofType = orders().replace(field, "<field name='cents' id='2' type='Maybe'/>");
        String maybe = "<type name='Maybe' primitiveType='int64' presence='optional'/><enum name=\"Side\"";
        ofType = ofType.replace("<enum name=\"Side\"", maybe);
        assertEquals(1, SbeSchemas.problems(ofType, changed(field, field)).size(), "said by its type");
        assertEquals(List.of(), SbeSchemas.problems(ofType, ofType));
        String inside = "<composite name='Pair'><type name='a' primitiveType='int64'/></composite><enum name=\"Side\"";
        String pair = ofType.replace("type='Maybe'", "type='Pair'").replace("<enum name=\"Side\"", inside);
        String pairs =
                pair.replace("name='a' primitiveType='int64'", "name='a' primitiveType='int64' presence='optional'");
        assertEquals(
                List.of("Order.cents: type changed from (a int64@0) to (a int64 optional@0)"),
                SbeSchemas.problems(pair, pairs));
    }

    // ---- each with an older and a newer version of a message of its own

    private static String schema(int version, String types, String messages) {
        return "<sbe:messageSchema xmlns:sbe='http://fixprotocol.io/2016/sbe' package='p' id='1' version='" + version
                + "' byteOrder='littleEndian'><types><enum name='E' encodingType='uint8'><validValue name='A'>1</validValue>"
                + "<validValue name='B'>2</validValue></enum><composite name='groupSizeEncoding'>"
                + "<type name='blockLength' primitiveType='uint16'/><type name='numInGroup' primitiveType='uint16'/></composite>"
                + types + "</types>" + messages + "</sbe:messageSchema>";
    }

    private static List<String> found(String older, String newer) {
        return SbeSchemas.problems(schema(4, "", older), schema(5, "", newer));
    }

    private static String message(String name, int id, String body) {
        return "<sbe:message name='" + name + "' id='" + id + "'>" + body + "</sbe:message>";
    }

    private static String field(String name, int id, String more) {
        return "<field name='" + name + "' id='" + id + "' type='int64' " + more + "/>";
    }

    @Test
    void shouldNameAMessageThatReadersOfOneVersionDoNotKnow() {
        String m = message("M", 1, field("a", 1, ""));
        String n = message("N", 2, field("a", 1, ""));
        assertEquals(
                List.of(
                        "M: message id changed from 1 to 3; readers of version 4 do not know the one, and readers of version 5"
                                + " the other, or take it for another message; leave the id, or add a message of another name"),
                found(m + n, n + message("M", 3, field("a", 1, ""))));
        assertEquals(
                List.of("M: message removed (id 1); readers of version 5 refuse those that were sent by version 4;"
                        + " deprecate it and leave it where it is"),
                found(m + n, n));
        assertEquals(List.of(), found(m, message("Renamed", 1, field("a", 1, "")) + n));
        assertEquals(
                2,
                found(m + n, message("N", 1, field("a", 1, "")) + message("M", 2, field("a", 1, "")))
                        .size());
        assertEquals(
                List.of(
                        "N: sinceVersion 9 is above the version 5 of the schema; its own readers would not look for it"),
                found(m, m + n.replace("id='2'", "id='2' sinceVersion='9'")));
    }

    /** By its name somebody reads another value; a name that nobody had is nothing to a frame. */
    @Test
    void shouldNameNamesThatChangePlaces() {
        String as = field("a", 1, "") + field("b", 2, "");
        assertEquals(
                List.of(
                        "M.a: field id changed from 1 to 2; readers by name take another field for it; leave the id, or add"
                                + " a field of another name",
                        "M.b: field id changed from 2 to 1; readers by name take another field for it; leave the id, or add"
                                + " a field of another name"),
                found(message("M", 1, as), message("M", 1, field("b", 1, "") + field("a", 2, ""))));
        assertEquals(List.of(), found(message("M", 1, as), message("M", 1, field("c", 1, "") + field("b", 2, ""))));
        String group = "<group name='%s' id='%d' dimensionType='groupSizeEncoding'>" + field("x", 9, "") + "</group>";
        assertEquals(
                List.of(
                        "M.g: another group has its name; there is h where it was, and readers by name take the one for the"
                                + " other",
                        "M.h: another group has its name; there is g where it was, and readers by name take the one for the"
                                + " other"),
                found(
                        message("M", 1, group.formatted("g", 3) + group.formatted("h", 4)),
                        message("M", 1, group.formatted("h", 3) + group.formatted("g", 4))));
    }

    @Test
    void shouldNameWhatIsReadInAnotherWay() {
        String in = "<type name='T' primitiveType='char' length='8' characterEncoding='%s'/>";
        String constant = "<type name='C' primitiveType='uint8' presence='constant' valueRef='E.%s'/>";
        String body = message("M", 1, "<field name='t' id='1' type='T'/><field name='c' id='2' type='C'/>");
        String old = schema(0, in.formatted("utf8") + constant.formatted("A"), body);
        assertEquals(
                List.of("M.t: type changed from char[8] in UTF-8 to char[8] in UTF-16"),
                SbeSchemas.problems(old, schema(1, in.formatted("UTF-16") + constant.formatted("A"), body)));
        assertEquals(
                List.of("M.c: type changed from uint8 constant E.A 1 to uint8 constant E.B 2"),
                SbeSchemas.problems(old, schema(1, in.formatted("UTF-8") + constant.formatted("B"), body)));
        String plain = "<type name='T' primitiveType='char' length='8'/>" + constant.formatted("A");
        String ascii = in.formatted("ASCII") + constant.formatted("A");
        assertEquals(List.of(), SbeSchemas.problems(schema(0, plain, body), schema(1, ascii, body)));
        assertEquals(
                List.of(
                        "M.at: its time changed from nanoseconds since 1970 to of unit millisecond; readers of version 4 take"
                                + " the one for the other; add a field"),
                found(
                        message("M", 1, field("at", 1, "timeUnit='nanosecond'")),
                        message("M", 1, field("at", 1, "timeUnit='millisecond'"))));
    }

    /** Whatever the older version had. */
    @Test
    void shouldNameWhatIsNotInOrder() {
        String a = field("a", 1, "");
        String b = field("b", 2, "");
        String message = message("M", 1, a + b);
        assertTrue(found(message, message.replace("id='1'>", "id='1' blockLength='8'>"))
                .contains(
                        "M: blockLength 8 is less than its fields take, 16 bytes; readers look behind it for what follows,"
                                + " which is within b"));
        assertEquals(
                List.of("M.d: stands at 12, within b, which ends at 16; each would be read as the other"),
                found(
                        message("M", 1, a),
                        message(
                                "M",
                                1,
                                a
                                        + field("b", 2, "sinceVersion='5'")
                                        + field("d", 3, "sinceVersion='5' offset='12'"))));
        String later = field("d", 3, "sinceVersion='4'") + field("e", 4, "sinceVersion='3'");
        assertEquals(
                List.of(
                        "M.e: sinceVersion 3 stands behind d of sinceVersion 4; messages of version 3 have it where d stands"
                                + " now, and readers look for it behind that"),
                found(message("M", 1, a + later), message("M", 1, a + later)));
        String data = "<data name='%s' id='%d' type='E' sinceVersion='%d'/>";
        String both = message("M", 1, a + data.formatted("d", 3, 4) + data.formatted("e", 4, 3));
        assertEquals(
                List.of(
                        "M.e: sinceVersion 3 stands behind d of sinceVersion 4; messages of version 3 have it where d stands"
                                + " now"),
                found(both, both));
        String side = message("M", 1, "<field name='e' id='1' type='E'/>");
        assertEquals(
                List.of("M.e: value B (1) is that of A as well; readers cannot tell them apart"),
                SbeSchemas.problems(
                        schema(0, "", side).replace(">2<", ">1<"),
                        schema(0, "", side).replace(">2<", ">1<")));
    }

    /** What is wrong is thrown, and written nowhere beside it. */
    @Test
    void shouldWriteNothingOfBrokenXml() {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            assertThrows(IllegalArgumentException.class, () -> SbeSchemas.problems("<a", "<a"));
        } finally {
            System.setErr(before);
        }
        assertEquals("", written.toString(StandardCharsets.UTF_8));
    }

    /** Of an enum where its readers can read them; of a set, of which each reads the choices that it knows; each says since when. */
    @Test
    void shouldLetValuesBeAddedThatSaySinceWhen() throws IOException {
        String added = changed(
                "<validValue name=\"SELL\">2</validValue>",
                "<validValue name='SELL'>2</validValue><validValue name='SWAP' sinceVersion='1'>3</validValue>");
        assertEquals(List.of(), SbeSchemas.problems(orders(), added, UnknownValues.DECODED));
        assertEquals(
                List.of(
                        "Deep.side: value SWAP (3) added; readers of version 0 refuse each message that has it, unless their"
                                + " code was generated with -Dsbe.decode.unknown.enum.values=true (then say UnknownValues.DECODED);"
                                + " add a field of an enum that has it"),
                SbeSchemas.problems(orders(), added));
        String other = added.replace("'SWAP'", "'XCHG'").replace("version=\"1\"", "version=\"2\"");
        List<String> renamed =
                SbeSchemas.problems(added, other.replace("'XCHG' sinceVersion='1'", "'XCHG' sinceVersion='2'"));
        assertEquals(
                List.of("Deep.side: value SWAP (3) removed; leave it where it is"),
                renamed,
                "its readers know the number");
        String constant = "<field name=\"side\" id=\"1\" type=\"Side\"/>";
        String never = "<field name='side' id='1' type='Side' presence='constant' valueRef='Side.BUY'/>";
        assertEquals(
                List.of(),
                SbeSchemas.problems(orders().replace(constant, never), added.replace(constant, never)),
                "it stands in no message");
        String flags = "<set name='Flags' encodingType='uint8'><choice name='A'>0</choice></set><enum name=\"Side\"";
        String of = "<field name=\"side\" id=\"1\" type=\"Side\"/>";
        String older =
                orders().replace("<enum name=\"Side\"", flags).replace(of, "<field name='side' id='1' type='Flags'/>");
        String newer = older.replace("version=\"0\"", "version=\"1\"");
        String more = newer.replace("</choice>", "</choice><choice name='B' sinceVersion='1'>1</choice>");
        assertEquals(List.of(), SbeSchemas.problems(older, more));
        List<String> found = SbeSchemas.problems(older, more.replace(" sinceVersion='1'", ""));
        assertTrue(
                found.toString().startsWith("[Deep.side: value B (1) added without a sinceVersion"), found.toString());
    }

    /** The one that stands behind the other would be compared alone. */
    @Test
    void shouldRefuseTwoMessagesOfOneId() throws IOException {
        String both = orders().replace("name=\"Quote\" id=\"2\"", "name=\"Quote\" id=\"1\"");
        for (String[] pair : new String[][] {{orders(), both}, {both, orders()}}) {
            assertEquals(
                    "messages Order and Quote have the same id 1, so that no reader can tell them apart; give one of them"
                            + " another",
                    assertThrows(IllegalArgumentException.class, () -> SbeSchemas.problems(pair[0], pair[1]))
                            .getMessage());
        }
    }

    // ---- types in any order, and in files of their own

    private static final String CODE = "<type name='Code' primitiveType='%s'/>";
    private static final String SIDE =
            "<enum name='Side' encodingType='Code'><validValue name='A'>1</validValue></enum>";
    private static final String BOTH =
            "<composite name='Both'><ref name='x' type='Pair'/><type name='n' primitiveType='int8'/>"
                    + "<enum name='e' encodingType='Code'><validValue name='A'>1</validValue></enum></composite>";
    private static final String PAIR =
            "<composite name='Pair'><ref name='c' type='Code'/><ref name='s' type='Flags'/></composite>";
    private static final String FLAGS = "<set name='Flags' encodingType='Code'><choice name='B'>0</choice></set>";

    private static String withTypes(String... types) {
        return "<sbe:messageSchema xmlns:sbe='http://fixprotocol.io/2016/sbe' xmlns:xi='http://www.w3.org/2001/XInclude'"
                + " package='p' id='1' version='0' byteOrder='littleEndian'><types>" + String.join("", types)
                + "</types><sbe:message name='M' id='1'><field name='s' id='1' type='Side'/>"
                + "<field name='b' id='2' type='Both'/></sbe:message></sbe:messageSchema>";
    }

    /** As the tool that generates code of it takes it: a type may be declared behind those that are made of it. */
    @Test
    void shouldFindTypesInWhicheverOrderTheyAreDeclared() {
        String code = CODE.formatted("uint8");
        String before = withTypes(code, FLAGS, PAIR, SIDE, BOTH);
        String behind = withTypes(BOTH, SIDE, PAIR, FLAGS, code);
        assertEquals(List.of(), SbeSchemas.problems(before, behind));
        assertEquals(List.of(), SbeSchemas.problems(behind, before));
        assertEquals(
                List.of(
                        "M.s: type changed from enum uint8 to enum uint16",
                        "M.b: field moved from 1 to 2",
                        "M.b: type changed from (x (c uint8@0, s set uint8@1)@0, n int8@2, e enum uint8@3) to"
                                + " (x (c uint16@0, s set uint16@2)@0, n int8@4, e enum uint16@5)"),
                SbeSchemas.problems(behind, withTypes(BOTH, SIDE, PAIR, FLAGS, CODE.formatted("uint16"))));
    }

    @Test
    void shouldRefuseTypesThatAreMadeOfThemselvesOrOfNone() {
        String round = "<composite name='Round'><ref name='again' type='Turn'/></composite>"
                + "<composite name='Turn'><ref name='a' type='Round'/></composite>";
        String code = CODE.formatted("uint8");
        assertEquals(
                "type Round is made of itself: Round, of Turn, of Round; take one of them out of the other",
                refused(withTypes(code, FLAGS, PAIR, SIDE, BOTH, round)));
        String before = "<composite name='Outer'><ref name='r' type='Turn'/></composite>";
        assertEquals(
                "type Turn is made of itself: Turn, of Round, of Turn; take one of them out of the other",
                refused(withTypes(code, FLAGS, PAIR, SIDE, BOTH, before, round)));
        assertEquals(
                "type Code is not declared; add it to the types of the schema",
                refused(withTypes(FLAGS, PAIR, SIDE, BOTH)));
    }

    private static String refused(String schema) {
        return assertThrows(IllegalArgumentException.class, () -> SbeSchemas.problems(schema, schema))
                .getMessage();
    }

    private static String including(String href) {
        return withTypes(FLAGS, PAIR, SIDE, BOTH, "<xi:include href='" + href + "'/>");
    }

    @Test
    void shouldReadTheFilesThatASchemaIncludes(@TempDir Path dir) throws IOException {
        Files.createDirectory(dir.resolve("common"));
        Files.writeString(dir.resolve("common/code.xml"), "<type name='Code' primitiveType='uint8'/>");
        Path schema = Files.writeString(dir.resolve("orders.xml"), including("common/code.xml"));
        Path whole = Files.writeString(
                dir.resolve("whole.xml"), withTypes(CODE.formatted("uint8"), FLAGS, PAIR, SIDE, BOTH));
        assertEquals(List.of(), SbeSchemas.problems(schema, whole));
        Path inFiles = Files.writeString(
                dir.resolve("types.xml"),
                Files.readString(whole).replaceFirst("<types>.*</types>", "<xi:include href='common/types.xml'/>"));
        Files.writeString(
                dir.resolve("common/types.xml"),
                "<types xmlns:xi='http://www.w3.org/2001/XInclude'>" + FLAGS + PAIR + SIDE + BOTH
                        + "<xi:include href='code.xml'/></types>");
        assertEquals(List.of(), SbeSchemas.problems(inFiles, whole), "each relative to the one that includes it");
        Files.writeString(dir.resolve("common/code.xml"), "<type name='Code' primitiveType='int8'/>");
        assertEquals(
                "M.s: type changed from enum uint8 to enum int8",
                SbeSchemas.problems(whole, inFiles).get(0));
    }

    @Test
    void shouldNameTheFilesThatItDoesNotInclude(@TempDir Path dir) throws IOException {
        assertEquals(
                "xi:include of code.xml: a schema in hand has no place to look from; give files, SbeSchemas.problems(Path,"
                        + " Path)",
                refused(including("code.xml")));
        Path schema = dir.resolve("orders.xml");
        for (String href :
                List.of("http://localhost/code.xml", "//localhost/code.xml", "/code.xml", "file:code.xml", "")) {
            String said = assertThrows(IllegalArgumentException.class, () -> problems(schema, including(href)))
                    .getMessage();
            assertTrue(said.endsWith("named relative to the schema; put a copy beside it"), said);
            assertTrue(said.contains(href), said);
        }
        IOException missing = assertThrows(IOException.class, () -> problems(schema, including("code.xml")));
        assertTrue(missing.getMessage().contains("xi:include of code.xml"), missing.getMessage());
        String said = assertThrows(IllegalArgumentException.class, () -> problems(schema, including("orders.xml")))
                .getMessage();
        assertTrue(said.startsWith("xi:include of orders.xml: it is included by itself"), said);
        String part = including("code.xml' xpointer='x");
        assertTrue(refused(part).startsWith("xi:include of code.xml: only whole files"), refused(part));
        assertTrue(refused(including("code.xml#x")).startsWith("xi:include of code.xml#x: only whole files"));
        String otherwise = including("none.xml").replace("xml'/>", "xml'><xi:fallback/></xi:include>");
        missing = assertThrows(IOException.class, () -> problems(schema, otherwise));
        assertTrue(missing.getMessage().contains("none.xml by "), missing.getMessage());
        assertTrue(missing.getMessage().contains("xi:fallback is not taken"), missing.getMessage());
        Files.writeString(dir.resolve("code.xml"), "<type");
        said = assertThrows(IllegalArgumentException.class, () -> problems(schema, including("code.xml")))
                .getMessage();
        assertTrue(said.startsWith("not an SBE schema (code.xml): "), said);
    }

    private static List<String> problems(Path file, String schema) throws IOException {
        Files.writeString(file, schema);
        return SbeSchemas.problems(file, file);
    }

    @Test
    void shouldRefuseWhatIsNoSchema() {
        assertThrows(IllegalArgumentException.class, () -> SbeSchemas.problems("<a/>", "<a/>"));
        assertThrows(IllegalArgumentException.class, () -> SbeSchemas.problems("text", "text"));
        String outside = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>";
        assertThrows(IllegalArgumentException.class, () -> SbeSchemas.problems(outside, outside));
    }
}
