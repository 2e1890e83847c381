package dev.sandmill.sandbox.syntax;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What escapes in the shell's words and in the formats of `printf` stand for.
final class ShellEscapes {
    private static final Pattern PLACE = Pattern.compile("%([sb%])");

    private ShellEscapes() {}

    static String unescaped(String word) {
        return word.indexOf('\\') < 0 ? word : word.replaceAll("\\\\\\n", "").replaceAll("\\\\(.)", "$1");
    }

    static String decoded(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            char kind = text.charAt(++i);
            int radix = kind == 'x' || kind == 'u' || kind == 'U' ? 16 : 8;
            int start = radix == 16 ? i + 1 : i;
            int end = start;
            int most = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 3;
            while (end < text.length() && end < start + most && Character.digit(text.charAt(end), radix) >= 0) {
                end++;
            }
            if (end == start) {
                plain.append(kind == 'n' ? '\n' : kind == 't' ? '\t' : kind);
                continue;
            }
            int code = (int) Long.parseLong(text, start, end, radix);
            plain.appendCodePoint(Character.isValidCodePoint(code) ? code : '\ufffd');
            i = end - 1;
        }
        return plain.toString();
    }

    /// What `printf` makes of known words; null for formats that change numbers, widths or the like.
    static @Nullable String printed(List<String> words) {
        String format = decoded(words.getFirst());
        Matcher places = PLACE.matcher(format);
        StringBuilder text = new StringBuilder();
        int used = 1;
        while (places.find()) {
            String word = places.group(1).equals("%") ? "%" : used < words.size() ? words.get(used++) : "";
            places.appendReplacement(
                    text, Matcher.quoteReplacement(places.group(1).equals("b") ? decoded(word) : word));
        }
        places.appendTail(text);
        boolean isWhole =
                used == words.size() && PLACE.matcher(format).replaceAll("").indexOf('%') < 0;
        return isWhole ? text.toString() : null;
    }
}
