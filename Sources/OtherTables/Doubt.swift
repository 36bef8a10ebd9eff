/// What decides whether something happens to a packet, if it can't be told.
public enum Doubt: Sendable, Hashable {
    /// It depends on a part of the packet that is left open, and that differs among clients.
    case client(String)
    /// It depends on another part that is left open, or on something that is not simulated.
    case unknown(String)

    /// What it depends on, as a phrase.
    public var words: String {
        switch self {
        case .client(let words), .unknown(let words): words
        }
    }

    /// What decides if something happens to all but those that it sent away.
    ///
    /// That it lets some clients pass, and keeps out the others, is worth telling.
    var ofOthers: Doubt { .unknown(words) }

    /// What decides if two things must be true: what differs among clients is said first.
    static func both(_ first: Doubt?, _ second: Doubt?) -> Doubt? {
        if case .client = first { return first }
        if case .client = second { return second }
        return first ?? second
    }
}
