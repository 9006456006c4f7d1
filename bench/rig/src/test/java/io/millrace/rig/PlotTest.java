package io.millrace.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What a browser needs of a picture, and a reader of a file of histograms. */
class PlotTest {
    @TempDir
    Path folder;

    private static Histogram of(long... ns) {
        Histogram histogram = new Histogram(3);
        for (long one : ns) {
            histogram.recordValue(one);
        }
        return histogram;
    }

    private static double[] heights(Element line) {
        List<Double> y = new ArrayList<>();
        for (String point : line.getAttribute("points").strip().split(" ")) {
            y.add(Double.valueOf(point.split(",")[1]));
        }
        return y.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Test
    void shouldDrawAllSystemsOnOneAxisAsSoundXml() throws Exception {
        Plot plot = new Plot("a <topology> & \"its\" µs");
        plot.add("100 events a second", "slow & <steady>", List.of(of(1_000_000, 2_000_000)));
        plot.add("100 events a second", "floor (jitter)", List.of(of(100, 200)));
        plot.add("200 events a second", "floor (jitter)", List.of(of(100, 200), of(100)));
        plot.add("200 events a second", "nothing", List.of(of()));
        Path file = folder.resolve("plot.svg");
        plot.write(file);
        Document svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        Element root = svg.getDocumentElement();
        assertEquals("svg", root.getTagName());
        assertEquals("http://www.w3.org/2000/svg", root.getAttribute("xmlns"));
        assertTrue(root.getTextContent().contains("a <topology> & \"its\" µs"), "all of it is there");
        NodeList panels = svg.getElementsByTagName("g");
        assertEquals(2, panels.getLength());
        NodeList lines = ((Element) panels.item(0)).getElementsByTagName("polyline");
        assertEquals(2, lines.getLength());
        double[] slow = heights((Element) lines.item(0));
        double[] floor = heights((Element) lines.item(1));
        assertEquals(slow.length, floor.length);
        double height = Double.parseDouble(root.getAttribute("height"));
        for (int i = 0; i < slow.length; i++) {
            assertTrue(slow[i] < floor[i], "what takes longer is above, on the same axis");
            assertTrue(slow[i] >= 0 && floor[i] <= height, slow[i] + " " + floor[i]);
        }
        NodeList again = ((Element) panels.item(1)).getElementsByTagName("polyline");
        assertEquals(floor[0], heights((Element) again.item(0))[0], "panels have one axis, too");
    }

    @Test
    void shouldSayWhenAFileOfHistogramsCannotBeWrittenToItsEnd() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "skipped: no device that is full");
        Hlog log = new Hlog(full.toString());
        log.add("a", 0, 1, of(7));
        IOException e = assertThrows(IOException.class, log::close);
        assertTrue(e.getMessage().startsWith("/dev/full: "), e.getMessage());
        e = assertThrows(IOException.class, () -> Json.write(full, List.of(1)));
        assertTrue(e.getMessage().startsWith("/dev/full: "), e.getMessage());
    }

    @Test
    void shouldReadAHistogramOfAnotherProcess() {
        assertEquals(of(7, 8_000_000), HistogramText.parse(HistogramText.of(of(7, 8_000_000))));
    }
}
