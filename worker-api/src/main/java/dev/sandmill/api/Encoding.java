package dev.sandmill.api;

/// How bytes are written in JSON.
public enum Encoding {
    UTF8,
    BASE64
}
