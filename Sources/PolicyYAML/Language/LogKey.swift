import Addressing

/// The keys of `log`.
enum LogKey: String, MappingKey {
    case prefix
    case level
    case group
    case rate

    static let owner = "`log`"

    var isRequired: Bool { false }

    var value: ValueShape {
        switch self {
        case .prefix: .one(.logPrefix)
        case .level: .one(.logLevel)
        case .group: .one(.logGroup)
        case .rate: .one(.logRate)
        }
    }

    var example: String {
        switch self {
        case .prefix: "prefix: \"web: \""
        case .level: "level: info"
        case .group: "group: 1"
        case .rate: "rate: 10/minute"
        }
    }

    var summary: String {
        switch self {
        case .prefix: "What the line begins with."
        case .level: "The severity in the kernel's log."
        case .group: "The nflog group that gets the line instead of the kernel's log."
        case .rate: "How many lines there are at most."
        }
    }

    var defaultText: String? {
        switch self {
        case .level: LogLevel.warn.rawValue
        case .prefix, .group, .rate: nil
        }
    }
}
