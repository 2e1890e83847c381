package dev.sandmill.sandbox.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.sandbox.container.ContainerUnavailable;
import dev.sandmill.sandbox.container.ImageLookup.BuiltImage;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LanguagesTest {
    private final Map<String, BuiltImage> built = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final Languages languages = new Languages(Path.of("../docker/images"), "test", reference -> {
        asked.incrementAndGet();
        return Optional.ofNullable(built.get(reference));
    });

    @Test
    void aRequestDoesNotAskDockerForWhatIsKnown() throws Exception {
        built.put("sandmill/python:test", new BuiltImage("sha256:one", "3.11"));
        languages.inDemand();
        int before = asked.get();

        assertThat(languages.find("py").image().id()).isEqualTo("sha256:one");
        assertThat(languages.all()).hasSize(1);
        assertThatThrownBy(() -> languages.find("lua")).isInstanceOf(ContainerUnavailable.class);
        assertThat(asked).hasValue(before);
    }

    @Test
    void aRebuiltImageIsUsedFromTheNextRoundOn() throws Exception {
        built.put("sandmill/python:test", new BuiltImage("sha256:one", "3.11"));
        languages.inDemand();
        built.put("sandmill/python:test", new BuiltImage("sha256:two", "3.11"));
        built.put("sandmill/lua:test", new BuiltImage("sha256:lua", "5.4"));
        languages.inDemand();

        assertThat(languages.find("python").image().id()).isEqualTo("sha256:two");
        assertThat(languages.find("lua").image().id()).isEqualTo("sha256:lua");
    }
}
