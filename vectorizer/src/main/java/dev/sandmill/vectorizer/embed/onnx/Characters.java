package dev.sandmill.vectorizer.embed.onnx;

import java.util.Locale;

/// How BERT's tokenizer sees a character. The reference has the categories of Unicode 8, this the JDK's: some 600
/// marks and signs of scripts added since then, none of them in the vocabulary, fall on another side here.
final class Characters {
    static final byte LETTER = 0;
    static final byte CAPITAL = 1;
    static final byte SPACE = 2;
    static final byte PUNCTUATION = 3;
    static final byte DROPPED = 4;
    static final byte[] ASCII = ascii();

    private Characters() {}

    private static byte[] ascii() {
        byte[] classes = new byte[128];
        for (int character = 0; character < 128; character++) {
            if (character == ' ' || character == '\t' || character == '\n' || character == '\r') {
                classes[character] = SPACE;
            } else if (character < 32 || character == 127) {
                classes[character] = DROPPED;
            } else if (character >= 'A' && character <= 'Z') {
                classes[character] = CAPITAL;
            } else if ((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')) {
                classes[character] = LETTER;
            } else {
                classes[character] = PUNCTUATION;
            }
        }
        return classes;
    }

    /// Control characters, format characters, private use. What Unicode has not assigned stays.
    static boolean isDropped(int codePoint) {
        return codePoint == 0xFFFD
                || switch (Character.getType(codePoint)) {
                    case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
                    default -> false;
                };
    }

    static boolean isSpace(int codePoint) {
        return Character.isSpaceChar(codePoint) || codePoint == ' ';
    }

    static boolean isAccent(int codePoint) {
        return Character.getType(codePoint) == Character.NON_SPACING_MARK;
    }

    static boolean isPunctuation(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    static boolean isChinese(int codePoint) {
        return (codePoint >= 0x4E00 && codePoint <= 0x9FFF)
                || (codePoint >= 0x3400 && codePoint <= 0x4DBF)
                || (codePoint >= 0x20000 && codePoint <= 0x2A6DF)
                || (codePoint >= 0x2A700 && codePoint <= 0x2B73F)
                || (codePoint >= 0x2B740 && codePoint <= 0x2B81F)
                || (codePoint >= 0x2B920 && codePoint <= 0x2CEAF)
                || (codePoint >= 0xF900 && codePoint <= 0xFAFF)
                || (codePoint >= 0x2F800 && codePoint <= 0x2FA1F);
    }

    static String lower(int codePoint) {
        return Character.toString(codePoint).toLowerCase(Locale.ROOT);
    }
}
