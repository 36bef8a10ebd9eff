/// What a single address or port is there for, where several could be meant.
enum SingleUse {
    /// A target.
    case target
    /// An entry of `targets`.
    case share
    /// The source that connections get.
    case source
    /// An end of one connection.
    case connection

    /// How messages call it.
    var title: String {
        switch self {
        case .target, .share: "a target"
        case .source: "a source"
        case .connection: "an end of a connection"
        }
    }
}
