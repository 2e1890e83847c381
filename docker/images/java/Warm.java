import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What programs are usually made of: compiled once while the image is built, to learn which classes javac loads.
public class Warm {
    interface Shape {}

    record Circle(int radius) implements Shape {}

    enum Colour {
        RED,
        GREEN
    }

    static <T extends Comparable<T>> T largest(List<T> all) {
        T found = all.get(0);
        for (T each : all) {
            found = each.compareTo(found) > 0 ? each : found;
        }
        return found;
    }

    public static void main(String[] args) throws Exception {
        Map<String, List<Integer>> groups = new TreeMap<>();
        for (String arg : args) {
            groups.computeIfAbsent(arg, key -> new ArrayList<>()).add(arg.length());
        }
        Function<Integer, String> name = number -> "x" + number;
        var text = IntStream.range(0, 3).boxed().map(name).collect(Collectors.joining(","));
        Shape shape = new Circle(1);
        int kind = switch (Colour.values()[args.length]) {
            case RED -> 1;
            case GREEN -> shape instanceof Circle circle ? circle.radius() : 2;
        };
        try (Scanner input = new Scanner(System.in)) {
            while (input.hasNextInt()) {
                kind += input.nextInt() * 2;
            }
        } catch (IllegalStateException wrong) {
            throw new Exception("no " + wrong.getMessage(), wrong);
        }
        System.out.println(String.format("%s %d %s", text, kind, largest(List.of("a", "b"))));
    }
}
