package dev.sandmill.vectorizer.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class SyntaxChunkerTest {
    private final Chunkers chunkers = new Chunkers(new ChunkLimits(90, 120, 20, 15, 2000), Counters::count);

    private static final String JAVA = """
            package example;

            import java.util.ArrayDeque;
            import java.util.Deque;

            /** Containers that wait for work. */
            public final class ContainerPool {
                private final Deque<String> idle = new ArrayDeque<>();
                private int leased;

                /**
                 * Takes one, or makes one.
                 */
                @Override
                public String lease(String key) {
                    String container = idle.poll();
                    if (container == null) {
                        container = create(key);
                    }
                    leased++;
                    return container;
                }

                public void giveBack(String container) {
                    if (leased <= 0) {
                        throw new IllegalStateException("nothing is leased, but " + container + " came back");
                    }
                    leased--;
                    idle.push(container);
                }

                record Counted(int idle, int leased) {}
            }
            """;

    @Test
    void aMethodIsOneChunkWithItsCommentAndAnnotation() {
        List<Chunk> chunks = chunkers.chunk("java", JAVA);

        assertThat(joined(chunks)).isEqualTo(JAVA);
        Chunk lease = named(chunks, "ContainerPool.lease");
        assertThat(lease.kind()).isEqualTo(ChunkKind.METHOD);
        assertThat(lease.text().strip()).startsWith("/**").contains("Takes one").endsWith("}");
        assertThat(lease.header()).isEqualTo("class ContainerPool");
        assertThat(lease.startLine()).isEqualTo(11);
        assertThat(named(chunks, "ContainerPool.giveBack").text()).contains("idle.push(container)");
    }

    @Test
    void pythonDecoratorsStayWithTheirFunction() {
        String source = """
                # é😀 before everything
                import os

                class Überpool:
                    @property
                    def size(self):
                        total = sum(len(queue) for queue in self.queues)
                        return total + self.reserved + self.waiting

                    async def lease(self, key, timeout=None):
                        container = await self.idle.get(timeout)
                        self.leased[key] = container
                        return container

                def standalone(first, second):
                    result = first * second + os.getpid()
                    return result or None
                """;
        List<Chunk> chunks =
                new Chunkers(new ChunkLimits(50, 70, 10, 15, 2000), Counters::count).chunk("python", source);

        assertThat(joined(chunks)).isEqualTo(source);
        assertThat(named(chunks, "Überpool.lease").kind()).isEqualTo(ChunkKind.METHOD);
        assertThat(named(chunks, "standalone").kind()).isEqualTo(ChunkKind.FUNCTION);
    }

    private static Chunk named(List<Chunk> chunks, String symbol) {
        return chunks.stream()
                .filter(chunk -> symbol.equals(chunk.symbol()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(symbol + " is not among\n"
                        + chunks.stream().map(Chunk::toString).collect(Collectors.joining("\n"))));
    }

    private static String joined(List<Chunk> chunks) {
        return chunks.stream().map(Chunk::text).collect(Collectors.joining());
    }
}
