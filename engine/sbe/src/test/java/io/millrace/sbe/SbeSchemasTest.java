package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
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

    @Test
    void shouldRefuseWhatIsNoSchema() {
        assertThrows(IllegalArgumentException.class, () -> SbeSchemas.problems("<a/>", "<a/>"));
        assertThrows(IllegalArgumentException.class, () -> SbeSchemas.problems("text", "text"));
        String outside = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>";
        assertThrows(IllegalArgumentException.class, () -> SbeSchemas.problems(outside, outside));
    }
}
