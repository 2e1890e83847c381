package dev.sandmill.orchestrator.tuning;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.orchestrator.security.Caller;
import dev.sandmill.orchestrator.settings.LiveSettings;
import dev.sandmill.orchestrator.settings.SettingChange;
import dev.sandmill.orchestrator.settings.SettingGroup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/tuning`: how much is done at a time, within which bounds, and who changed it.
@RestController
public final class TuningRoutes {
    private final Tuning tuning;
    private final LiveSettings settings;
    private final StrictJson json;

    public TuningRoutes(Tuning tuning, LiveSettings settings, StrictJson json) {
        this.tuning = tuning;
        this.settings = settings;
        this.json = json;
    }

    @GetMapping("/v1/tuning")
    InForce tuning(Caller caller) {
        caller.requireReader();
        SettingGroup now = tuning.group();
        Map<String, Bounds> bounds = new LinkedHashMap<>();
        now.settings()
                .forEach((name, setting) ->
                        bounds.put(name, new Bounds(setting.least(), setting.most(), setting.initial())));
        bounds.remove(Tuning.ADAPTIVE);
        return new InForce(
                now.value(Tuning.BATCH_SIZE),
                now.value(Tuning.BATCH_TOKENS),
                now.value(Tuning.PARALLELISM),
                now.value(Tuning.EXECUTE_SLOTS),
                now.value(Tuning.INDEX_SLOTS),
                now.value(Tuning.POOL_SIZE),
                now.value(Tuning.QUEUE_CAPACITY),
                tuning.isAdaptive(),
                bounds);
    }

    @PatchMapping("/v1/tuning")
    InForce change(Caller caller, @RequestBody byte[] body) {
        caller.requireOperator();
        Patch patch = json.read(body, Patch.class);
        Map<String, Long> wanted = new LinkedHashMap<>();
        wanted.put(Tuning.BATCH_SIZE, patch.batchSize());
        wanted.put(Tuning.BATCH_TOKENS, patch.batchTokens());
        wanted.put(Tuning.PARALLELISM, patch.parallelism());
        wanted.put(Tuning.EXECUTE_SLOTS, patch.executeSlots());
        wanted.put(Tuning.INDEX_SLOTS, patch.indexSlots());
        wanted.put(Tuning.POOL_SIZE, patch.poolSize());
        wanted.put(Tuning.QUEUE_CAPACITY, patch.queueCapacity());
        Boolean adaptive = patch.adaptive();
        wanted.put(Tuning.ADAPTIVE, adaptive == null ? null : Long.valueOf(adaptive ? 1 : 0));
        wanted.values().removeIf(Objects::isNull);
        settings.change(caller, tuning.group(), wanted);
        return tuning(caller);
    }

    @GetMapping("/v1/tuning/changes")
    Changes changes(Caller caller) {
        caller.requireOperator();
        return new Changes(settings.changes(tuning.group()));
    }

    record InForce(
            long batchSize,
            long batchTokens,
            long parallelism,
            long executeSlots,
            long indexSlots,
            long poolSize,
            long queueCapacity,
            boolean adaptive,
            Map<String, Bounds> bounds) {}

    record Bounds(long least, long most, long initial) {}

    record Patch(
            @Nullable Long batchSize,
            @Nullable Long batchTokens,
            @Nullable Long parallelism,
            @Nullable Long executeSlots,
            @Nullable Long indexSlots,
            @Nullable Long poolSize,
            @Nullable Long queueCapacity,
            @Nullable Boolean adaptive) {}

    record Changes(List<SettingChange> changes) {}
}
