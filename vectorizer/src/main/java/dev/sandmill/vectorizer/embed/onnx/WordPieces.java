package dev.sandmill.vectorizer.embed.onnx;

import java.text.Normalizer;
import java.util.Arrays;

/// BERT's uncased WordPiece tokenizer: cleans, lower-cases, strips accents, splits at white space, punctuation and
/// Chinese characters, then takes the longest known piece again and again. Immutable, thread-safe, linear time. Gives
/// what Hugging Face's `tokenizers` gives for this model's `tokenizer.json`, which a test holds it to.
final class WordPieces {
    /// Words longer than this, in code points, are one unknown piece.
    static final int MAX_WORD_CODE_POINTS = 100;

    private final Vocabulary vocabulary;
    private final SpecialTokens special;

    WordPieces(Vocabulary vocabulary, SpecialTokens special) {
        this.vocabulary = vocabulary;
        this.special = special;
    }

    /// Ids of `text` between the model's own two marks, at most `maxTokens` of them, marks included.
    long[] encode(String text, int maxTokens) {
        Pieces pieces = new Pieces(maxTokens - 1);
        pieces.add(special.start());
        tokenize(text, pieces);
        pieces.limit++;
        pieces.add(special.end());
        return Arrays.copyOf(pieces.ids, pieces.count);
    }

    /// How many pieces `text` has, the model's two marks not counted, uncut.
    int count(String text) {
        Pieces pieces = new Pieces(Integer.MAX_VALUE);
        pieces.countOnly = true;
        tokenize(text, pieces);
        return pieces.count;
    }

    private void tokenize(String text, Pieces pieces) {
        int from = 0;
        for (int at = text.indexOf('['); at >= 0 && !pieces.isFull(); at = text.indexOf('[', at)) {
            String literal = special.literalAt(text, at);
            if (literal == null) {
                at++;
                continue;
            }
            plain(text, from, at, pieces);
            pieces.add(special.idOf(literal));
            at += literal.length();
            from = at;
        }
        plain(text, from, text.length(), pieces);
    }

    private void plain(String text, int from, int to, Pieces pieces) {
        Word word = new Word(vocabulary, special.unknown(), pieces);
        for (int at = from; at < to && !pieces.isFull(); ) {
            char character = text.charAt(at);
            if (character < 128) {
                word.accept(character);
                at++;
            } else {
                int end = at + 1;
                while (end < to && text.charAt(end) >= 128) {
                    end++;
                }
                foreign(text.substring(at, end), word);
                at = end;
            }
        }
        word.end();
    }

    /// A run without ASCII. A base letter before the run cannot merge with it: composition is undone, never done.
    private static void foreign(String run, Word word) {
        StringBuilder cleaned = new StringBuilder(run.length());
        run.codePoints().forEach(codePoint -> {
            if (Characters.isDropped(codePoint)) {
                return;
            }
            if (Characters.isSpace(codePoint)) {
                cleaned.append(' ');
            } else if (Characters.isChinese(codePoint)) {
                cleaned.append(' ').appendCodePoint(codePoint).append(' ');
            } else {
                cleaned.appendCodePoint(codePoint);
            }
        });
        String decomposed = Normalizer.normalize(cleaned, Normalizer.Form.NFD);
        for (int at = 0; at < decomposed.length(); ) {
            int codePoint = decomposed.codePointAt(at);
            at += Character.charCount(codePoint);
            if (!Characters.isAccent(codePoint)) {
                word.acceptForeign(codePoint);
            }
        }
    }

    /// The word that is being read. Flushes itself into pieces at its end.
    private static final class Word {
        private final Vocabulary vocabulary;
        private final int unknown;
        private final Pieces pieces;
        private char[] letters = new char[64];
        private int length;
        private int codePoints;

        Word(Vocabulary vocabulary, int unknown, Pieces pieces) {
            this.vocabulary = vocabulary;
            this.unknown = unknown;
            this.pieces = pieces;
        }

        void accept(char ascii) {
            switch (Characters.ASCII[ascii]) {
                case Characters.LETTER -> append(ascii);
                case Characters.CAPITAL -> append((char) (ascii + 32));
                case Characters.SPACE -> end();
                case Characters.PUNCTUATION -> alone(ascii);
                case Characters.DROPPED -> {}
                default -> throw new AssertionError("class of character " + (int) ascii);
            }
        }

        void acceptForeign(int codePoint) {
            if (codePoint < 128) {
                accept((char) codePoint);
                return;
            }
            String lower = Characters.lower(codePoint);
            for (int at = 0; at < lower.length(); ) {
                int one = lower.codePointAt(at);
                at += Character.charCount(one);
                if (Characters.isSpace(one)) {
                    end();
                } else if (Characters.isPunctuation(one)) {
                    end();
                    appendCodePoint(one);
                    end();
                } else {
                    appendCodePoint(one);
                }
            }
        }

        private void alone(char character) {
            end();
            append(character);
            end();
        }

        private void appendCodePoint(int codePoint) {
            if (Character.isBmpCodePoint(codePoint)) {
                append((char) codePoint);
            } else {
                append(Character.highSurrogate(codePoint));
                append(Character.lowSurrogate(codePoint));
                codePoints--;
            }
        }

        private void append(char character) {
            codePoints++;
            if (codePoints > MAX_WORD_CODE_POINTS) {
                return;
            }
            if (length == letters.length) {
                letters = Arrays.copyOf(letters, length * 2);
            }
            letters[length++] = character;
        }

        void end() {
            if (codePoints == 0) {
                return;
            }
            if (codePoints > MAX_WORD_CODE_POINTS) {
                pieces.add(unknown);
            } else {
                split();
            }
            length = 0;
            codePoints = 0;
        }

        private void split() {
            int mark = pieces.count;
            for (int at = 0; at < length; ) {
                int node = vocabulary.root(at > 0);
                int piece = Vocabulary.NONE;
                int pieceEnd = at;
                for (int end = at; end < length; end++) {
                    node = vocabulary.step(node, letters[end]);
                    if (node == Vocabulary.NONE) {
                        break;
                    }
                    if (vocabulary.piece(node) != Vocabulary.NONE) {
                        piece = vocabulary.piece(node);
                        pieceEnd = end + 1;
                    }
                }
                if (piece == Vocabulary.NONE) {
                    pieces.count = mark;
                    pieces.add(unknown);
                    return;
                }
                pieces.addBeyondLimit(piece);
                at = pieceEnd;
            }
            pieces.cut();
        }
    }

    /// Ids read so far. A word's pieces may pass the limit until the word is known to be known.
    private static final class Pieces {
        private int limit;
        private long[] ids = new long[128];
        private int count;
        private boolean countOnly;

        Pieces(int limit) {
            this.limit = limit;
        }

        boolean isFull() {
            return count >= limit;
        }

        void add(int id) {
            if (!isFull()) {
                addBeyondLimit(id);
            }
        }

        void addBeyondLimit(int id) {
            if (!countOnly) {
                if (count == ids.length) {
                    ids = Arrays.copyOf(ids, count * 2);
                }
                ids[count] = id;
            }
            count++;
        }

        void cut() {
            count = Math.min(count, limit);
        }
    }
}
