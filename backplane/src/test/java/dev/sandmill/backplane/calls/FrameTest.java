package dev.sandmill.backplane.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class FrameTest {
    @Property(tries = 200)
    void whatIsWrittenIsRead(
            @ForAll Frame.Kind kind,
            @ForAll long number,
            @ForAll long deadline,
            @ForAll @StringLength(max = 200) String replyTo,
            @ForAll @Size(max = 500) byte[] body)
            throws Exception {
        Frame read = Frame.decoded(new Frame(kind, number, deadline, replyTo, body).encoded());
        assertThat(read).usingRecursiveComparison().isEqualTo(new Frame(kind, number, deadline, replyTo, body));
    }

    @Property(tries = 500)
    void bytesOfAnybodyAreRefusedOrRead(@ForAll @Size(max = 100) byte[] bytes) {
        try {
            assertThat(Frame.decoded(bytes).encoded()).isEqualTo(bytes);
        } catch (IOException refused) {
            assertThat(refused).isNotNull();
        }
    }

    @Test
    void aFrameThatIsCutIsRefused() {
        byte[] whole = new Frame(Frame.Kind.QUESTION, 7, 8, "a", new byte[] {1, 2, 3}).encoded();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Frame.decoded(cut)).isInstanceOf(IOException.class);
        }
        byte[] later = whole.clone();
        later[0] = 2;
        assertThatThrownBy(() -> Frame.decoded(later)).hasMessageContaining("version 2");
    }
}
