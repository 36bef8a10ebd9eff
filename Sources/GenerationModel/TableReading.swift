/// How much of the kernel's table was read, and what is known from it.
///
/// Each case costs more than the one before it and tells more.
///
/// It is indirect, as are the other large values that reports are made of: what copies all parts of
/// one would be repeated in everything that contains it, and took a megabyte of the program.
public indirect enum TableReading: Sendable {
    /// Nothing of the table was read: no transaction was made since the kernel was verified to have
    /// this generation.
    case cached(Manifest)
    /// Nothing of the table was read: it is assumed to be as it was verified last. Handles of rules,
    /// values of counters and sizes of maps are unknown (``TableDiff/Difference/needsListing``).
    case assumed(Snapshot)
    /// The table was listed.
    case listed(Snapshot)

    /// How much a command needs to know.
    public enum Depth: Sendable {
        case cached
        case assumed
        case listed
    }

    /// Store and table; `nil` if only the generation is known.
    public var snapshot: Snapshot? {
        switch self {
        case .cached: nil
        case .assumed(let snapshot), .listed(let snapshot): snapshot
        }
    }

    /// The current generation's manifest; `nil` if nothing was ever applied.
    public var manifest: Manifest? {
        switch self {
        case .cached(let manifest): manifest
        case .assumed(let snapshot), .listed(let snapshot): snapshot.current?.manifest
        }
    }

    /// Whether this tells as much as a command needs.
    public func reaches(_ depth: Depth) -> Bool {
        switch (self, depth) {
        case (.listed, _), (.assumed, .assumed), (.assumed, .cached), (.cached, .cached): true
        case (.assumed, .listed), (.cached, .assumed), (.cached, .listed): false
        }
    }
}
