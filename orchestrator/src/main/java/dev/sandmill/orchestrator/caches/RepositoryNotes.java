package dev.sandmill.orchestrator.caches;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.cache.Notes;
import dev.sandmill.backplane.cache.Selection;
import dev.sandmill.backplane.redis.RedisUnavailable;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What agents noted about a repository: notes of its tenant that have the tag `repository/NAME`.
public final class RepositoryNotes {
    private static final Logger log = LoggerFactory.getLogger(RepositoryNotes.class);

    private final Notes notes;
    private final StrictJson json;
    private final ForgetNews news;

    public RepositoryNotes(Notes notes, StrictJson json, ForgetNews news) {
        this.notes = notes;
        this.json = json;
        this.news = news;
    }

    /// Forgets them and tells who follows the cache. Where Redis is away they stay, until the next change or their end.
    public void forget(String tenant, String repository) {
        String tag = "repository/" + repository;
        try {
            long forgotten = notes.invalidate(tenant, null, new Selection(null, "", Set.of(tag), null));
            if (forgotten > 0) {
                news.tell(
                        tenant,
                        "invalidated",
                        json.write(new Forgotten(null, null, null, List.of(tag), null, forgotten)));
            }
        } catch (RedisUnavailable away) {
            log.warn("notes about {} were not forgotten after it changed: {}", repository, away.getMessage());
        }
    }
}
