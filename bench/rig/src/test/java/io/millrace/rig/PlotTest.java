package io.millrace.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.geom.Rectangle2D;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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
        assertEquals("", ((Element) again.item(1)).getAttribute("points"), "nothing is nowhere");
        assertTrue(((Element) lines.item(1)).hasAttribute("stroke-dasharray"), "the floor is no system");
        assertFalse(((Element) lines.item(0)).hasAttribute("stroke-dasharray"));
    }

    @Test
    void shouldEndALineWhereNoEventLiesAbove() throws Exception {
        Plot plot = new Plot("title");
        Histogram thousand = new Histogram(3);
        thousand.recordValueWithCount(1_000, 999);
        thousand.recordValue(1_000_000);
        plot.add("panel", "some", List.of(thousand));
        String svg = plot.svg();
        double[] heights =
                heights((Element) parsed(svg).getElementsByTagName("polyline").item(0));
        assertEquals(1 + 3 * 20, heights.length, "to p99.9, a twentieth of a nine at a time");
        assertTrue(svg.contains(">1 µs<"), svg);
        assertFalse(svg.contains(">10 µs<") || svg.contains(">1 ms<"), "nor does the axis go higher: " + svg);
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    /** Many systems with long names, some of which did not hold a rate, and a long title. */
    @Test
    void shouldPutNoWordsAboveOthersNorBeyondThePaper() throws Exception {
        Plot plot =
                new Plot("W3: latency from the intended time, a Java of a long name, 2 cores, load 1.4. ".repeat(3));
        List<String> systems = new ArrayList<>(List.of("floor (jitter)@zgc"));
        for (int i = 0; i < 40; i++) {
            systems.add("disruptor:records/parking:" + i + "00us@zgc");
        }
        String panel = "100,000 events a second; not held: " + String.join(", ", systems.subList(1, 20));
        systems.forEach(system -> plot.add(panel, system, List.of(of(100, 1_000_000_000, 1_000_000_000))));
        Document svg = parsed(plot.svg());
        Element root = svg.getDocumentElement();
        Rectangle2D paper = new Rectangle2D.Double(
                0, 0, Double.parseDouble(root.getAttribute("width")), Double.parseDouble(root.getAttribute("height")));
        assertEquals("0 0 %.0f %.0f".formatted(paper.getWidth(), paper.getHeight()), root.getAttribute("viewBox"));
        List<Rectangle2D> boxes = new ArrayList<>();
        NodeList texts = svg.getElementsByTagName("text");
        for (int i = 0; i < texts.getLength(); i++) {
            Element text = (Element) texts.item(i);
            Rectangle2D box = box(text);
            assertTrue(paper.contains(box), text.getTextContent() + " " + box);
            for (Rectangle2D other : boxes) {
                assertFalse(box.intersects(other), text.getTextContent() + " " + box + " " + other);
            }
            boxes.add(box);
        }
        assertTrue(boxes.size() > systems.size() + 14, "title, systems, panels and their axes: " + boxes.size());
    }

    /** Where a text stands, with letters of 12 pixels. */
    private static Rectangle2D box(Element text) {
        double length = 6.5 * text.getTextContent().length();
        Element parent = (Element) text.getParentNode();
        double top = parent.getTagName().equals("g")
                ? Double.parseDouble(parent.getAttribute("transform").replaceAll(".*,|\\)", ""))
                : 0;
        if (text.hasAttribute("transform")) { // the word of the upright axis
            String[] place = text.getAttribute("transform")
                    .replaceAll("translate\\(|\\).*", "")
                    .split(",");
            return new Rectangle2D.Double(
                    Double.parseDouble(place[0]) - 9, top + Double.parseDouble(place[1]) - length / 2, 12, length);
        }
        double x = Double.parseDouble(text.getAttribute("x"));
        double left = switch (text.getAttribute("text-anchor")) {
            case "end" -> x - length;
            case "middle" -> x - length / 2;
            default -> x;
        };
        return new Rectangle2D.Double(left, top + Double.parseDouble(text.getAttribute("y")) - 9, length, 12);
    }

    /** What has a colour of its own on white paper has one on dark paper. */
    @Test
    void shouldBeDarkWhereTheBrowserIs() throws Exception {
        Plot plot = new Plot("title");
        for (int i = 0; i < 30; i++) {
            plot.add("panel", "system " + i, List.of(of(100)));
        }
        plot.add("panel", Plot.FLOOR, List.of(of(100)));
        String svg = plot.svg();
        String dark = svg.substring(svg.indexOf("@media (prefers-color-scheme: dark) {"), svg.indexOf("</style>"));
        assertTrue(dark.contains("text{fill:"), dark);
        Matcher classes = Pattern.compile("class=\"(\\w+)\"").matcher(svg);
        Set<String> names = new TreeSet<>();
        while (classes.find()) {
            names.add(classes.group(1));
        }
        assertEquals(12 + Set.of("paper", "rule", "floor").size(), names.size(), names.toString());
        for (String name : names) {
            assertTrue(dark.contains("." + name + "{"), name + " in " + dark);
        }
    }

    @Test
    void shouldNameItsAxesWithUnits() {
        assertEquals(
                List.of("1 ns", "10 ns", "100 ns", "1 µs", "100 µs", "1 ms", "1 s", "1000 s"),
                IntStream.of(0, 1, 2, 3, 5, 6, 9, 12).mapToObj(Plot::duration).toList());
        Plot plot = new Plot("title");
        plot.add("panel", "some", List.of(of(20_000, 200_000, 200_000)));
        String svg = plot.svg();
        for (String words : List.of(">latency<", ">percentile of all", ">10 µs<", ">1 ms<", ">p99.9<")) {
            assertTrue(svg.contains(words), words + " in " + svg);
        }
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
