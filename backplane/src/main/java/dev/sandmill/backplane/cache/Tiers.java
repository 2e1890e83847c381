package dev.sandmill.backplane.cache;

/// What a namespace works with.
///
/// @param redis for looking up
/// @param patient for what somebody asked for and waits for
record Tiers(
        LocalTier local,
        RedisTier redis,
        RedisTier patient,
        Invalidations invalidations,
        Removals removals,
        Flights flights) {
    static Tiers over(LocalTier local, RedisTier redis, RedisTier patient, Invalidations invalidations) {
        return new Tiers(
                local, redis, patient, invalidations, new Removals(redis, invalidations), new Flights(patient));
    }
}
