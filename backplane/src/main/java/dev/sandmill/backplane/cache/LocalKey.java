package dev.sandmill.backplane.cache;

/// A key of the local tier, which all namespaces share.
record LocalKey(String namespace, String key) {
    String redisKey() {
        return "c:" + namespace + ":" + key;
    }
}
