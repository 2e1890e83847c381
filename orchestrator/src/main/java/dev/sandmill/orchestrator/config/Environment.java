package dev.sandmill.orchestrator.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Environment variables with types. An empty value counts as unset.
final class Environment {
    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    String text(String name, String fallback) {
        return text(name).orElse(fallback);
    }

    long whole(String name, long fallback, long least, long most) {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return fallback;
        }
        try {
            long number = Long.parseLong(value.get().trim());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw new BadConfiguration(rangeMessage(name, value.get(), least, most));
        }
        throw new BadConfiguration(rangeMessage(name, value.get(), least, most));
    }

    String oneOf(String name, String fallback, String... allowed) {
        String value = text(name, fallback).toLowerCase(Locale.ROOT);
        if (Arrays.asList(allowed).contains(value)) {
            return value;
        }
        throw new BadConfiguration(name + " is '" + value + "'; it has to be one of "
                + Arrays.stream(allowed).collect(Collectors.joining(", ")));
    }

    private static String rangeMessage(String name, String value, long least, long most) {
        return name + " is '" + value + "'; it has to be a whole number from " + least + " to " + most;
    }
}
