internal import Addressing
internal import HostState
internal import OtherTables

/// An obstacle in words, with the line that mends it.
struct ObstacleWords {
    let step: Passage.Step

    /// A connection that meets it.
    var sample: SampleConnection

    /// The connection's place among those that are tried.
    let place: Int

    private let priority: Int32

    /// The interfaces on which connections meet the obstacle, if others do not.
    private var arrivals: [String] = []

    /// What tells the finding apart from others.
    private(set) var subject = ""

    var obstacle: Obstacle { step.obstacle }
    var rule: Obstacle.Place { obstacle.place }

    init(
        _ step: Passage.Step,
        _ sample: SampleConnection,
        at place: Int,
        priority: Int32
    ) {
        self.step = step
        self.sample = sample
        self.place = place
        self.priority = priority
        subject = ownSubject
    }

    /// Notes that only some connections meet the obstacle.
    mutating func restrict(to samples: [SampleConnection]) {
        arrivals = samples.compactMap(\.first.input?.name)
        subject = ownSubject
    }

    /// The kind of finding.
    var code: HostFinding.Code {
        switch obstacle.kind {
        case .translate: .translatedFirst
        case .notrack: .untracked
        case .drop, .queue, .tproxy, .unknown: .blocked
        }
    }

    /// Whether the connections will not work.
    var certainty: HostFinding.Certainty {
        obstacle.isCertain && step.stage != .sameTime && arrivals.isEmpty && obstacle.kind.isEnd
            ? .certain : .possible
    }

    private var ownSubject: String {
        "\(step.stage) \(step.hook) \(placeText) \(arrivals) \(doubt ?? "")"
    }

    /// What happens to which connections, and where.
    var sentence: String {
        "\(connections) \(effect) by \(placeText)"
            + (doubt.map { "; it depends on \($0)" } ?? "")
    }

    private var doubt: String? { obstacle.doubt?.words }

    private var connections: String {
        let arrivals =
            arrivals.isEmpty ? "" : " that arrive on \(arrivals.joined(separator: " or "))"
        let isBefore = [.before, .translation, .sameTime].contains(step.stage)
        let end = isBefore ? sample.first.destination : sample.redirected.destination
        let place = end.text.map { " to \(sample.transport.rawValue) \($0)" } ?? ""
        let subject = "connections\(place)\(arrivals)"
        return switch step.stage {
        case .answer: "the answers to \(subject)"
        case .later: "packets of \(subject) after the first"
        case .before, .translation, .sameTime, .after: subject
        }
    }

    private var effect: String {
        let verb: String =
            switch obstacle.kind {
            case .drop(let isTold):
                (isTold ? "rejected" : "dropped")
                    + (step.stage == .before ? " before they are redirected" : "")
            case .queue: "dropped"
            case .translate(let translation): "sent \(translation.words) first"
            case .notrack: "exempted from connection tracking, and so not redirected,"
            case .tproxy: "taken by another socket"
            case .unknown: "kept from their target"
            }
        let isCertain = certainty == .certain || obstacle.isCertain && !arrivals.isEmpty
        return isCertain ? "are \(verb)" : "may be \(verb)"
    }

    private var placeText: String {
        let table = "table `\(rule.table.text)`"
        let priority: String =
            switch step.stage {
            case .translation:
                " at priority \(rule.base.priority), before this one's \(self.priority)"
            case .sameTime: " at this one's priority, \(self.priority)"
            case .before, .after, .later, .answer: ""
            }
        guard let handle = rule.rule else {
            return "the policy of chain `\(rule.baseChain)` in \(table)\(priority)"
        }
        return "the rule with handle \(handle) in chain `\(rule.chain)` in \(table)\(priority)"
    }
}

extension Obstacle.Kind {
    /// Whether a connection that meets it for certain will not work.
    fileprivate var isEnd: Bool {
        switch self {
        case .drop, .translate, .notrack: true
        case .queue, .tproxy, .unknown: false
        }
    }
}

extension Verdict.Translation {
    /// The new destination in words.
    var words: String {
        var end = FilterPacket.Endpoint()
        if case .bytes(let bytes) = address { end.address = IPAddress(networkBytes: bytes) }
        if case .bytes(let bytes) = port, bytes.count >= 2 {
            end.port = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        }
        guard isToThisMachine else { return end.text.map { "to \($0)" } ?? "elsewhere" }
        return "to this machine" + (end.text.map { ", \($0)," } ?? "")
    }
}

extension IPAddress {
    /// Reads an address from the beginning of bytes; an address of IPv4 is followed by zeros, if any.
    fileprivate init?(networkBytes bytes: [UInt8]) {
        let isShort = bytes.count < 16 || bytes[4...].allSatisfy { $0 == 0 }
        let bits = bytes.prefix(isShort ? 4 : 16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        self.init(family: isShort ? .ipv4 : .ipv6, bits: bits)
    }
}

extension FilterPacket.Endpoint {
    /// The end in words; `nil` if nothing of it is known.
    var text: String? {
        guard let port = port.flatMap({ Port($0) }) else { return address.map { "\($0)" } }
        return address.map { $0.text(withPort: port) } ?? "port \(port)"
    }
}
