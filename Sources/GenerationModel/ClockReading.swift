import Glibc

/// One moment, by two clocks.
public struct ClockReading: Sendable, Hashable {
    /// Seconds since 1970, UTC: for people only, because the operator can set this clock.
    public var wall: Int

    /// Milliseconds of CLOCK_MONOTONIC; comparable within one boot.
    ///
    /// The kernel counts the timeouts of set elements in jiffies, which follow this clock, and so do
    /// timers of systemd's with `OnActiveSec`. Neither counts while the machine is suspended.
    /// CLOCK_BOOTTIME does, so by that one every lease would last too long after a suspend.
    public var monotonic: Int

    /// Creates a reading.
    public init(wall: Int, monotonic: Int) {
        self.wall = wall
        self.monotonic = monotonic
    }

    /// Reads the clocks of the system.
    @Sendable public static func system() -> ClockReading {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return ClockReading(
            wall: time(nil),
            monotonic: now.tv_sec * 1000 + now.tv_nsec / 1_000_000
        )
    }
}
