package dev.sandmill.orchestrator.cli;

import dev.sandmill.api.TuningState;
import dev.sandmill.api.client.SandmillClient;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A service whose tuning is changed for a while: at the end, and when the command is interrupted, it has its
/// old values again, unless others were kept. Thread-safe.
final class TunedService implements AutoCloseable {
    private final SandmillClient client;
    private final TuningState before;
    private final Thread whenInterrupted = new Thread(this::close, "tune-restore");
    private final Set<String> touched = new TreeSet<>();
    private boolean closed;

    TunedService(SandmillClient client) throws InterruptedException {
        this.client = client;
        this.before = client.tuning();
        Runtime.getRuntime().addShutdownHook(whenInterrupted);
    }

    TuningState before() {
        return before;
    }

    /// The adaptive mode is off meanwhile: it would change what is measured.
    synchronized void set(Map<String, Long> values) throws InterruptedException {
        if (closed) {
            throw new InterruptedException("the command ends");
        }
        touched.addAll(values.keySet());
        client.tune(new TuningState.Change(values, false));
    }

    /// The most that this service takes of a setting.
    long most(String setting) {
        TuningState.Bounds bounds = before.bounds().get(setting);
        if (bounds == null) {
            throw new IllegalStateException("the service tells no bounds of " + setting);
        }
        return bounds.most();
    }

    /// From now on these are the values, of those that were swept; the others get their old ones.
    synchronized void keep(Map<String, Long> values) throws InterruptedException {
        Map<String, Long> wanted = old();
        wanted.putAll(values);
        client.tune(new TuningState.Change(wanted, before.adaptive()));
        touched.clear();
    }

    private Map<String, Long> old() {
        Map<String, Long> old = new TreeMap<>();
        touched.forEach(name -> old.put(name, before.value(name)));
        return old;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!touched.isEmpty()) {
            try {
                client.tune(new TuningState.Change(old(), before.adaptive()));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (Thread.currentThread() != whenInterrupted) {
            try {
                Runtime.getRuntime().removeShutdownHook(whenInterrupted);
            } catch (IllegalStateException alreadyEnding) {
                // The hook finds everything restored.
                return;
            }
        }
    }
}
