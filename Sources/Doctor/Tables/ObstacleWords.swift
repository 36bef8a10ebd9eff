internal import Addressing
internal import HostState
internal import OtherTables

/// An obstacle in words, with the line that mends it.
struct ObstacleWords {
    private let step: Passage.Step
    private let sample: SampleConnection
    private let priority: Int32

    /// The interfaces on which connections meet the obstacle, if others do not.
    private var arrivals: [String] = []

    private var obstacle: Obstacle { step.obstacle }
    private var place: Obstacle.Place { obstacle.place }

    init(_ step: Passage.Step, _ sample: SampleConnection, priority: Int32) {
        self.step = step
        self.sample = sample
        self.priority = priority
    }

    /// Notes that only some connections meet the obstacle.
    mutating func restrict(to samples: [SampleConnection]) {
        arrivals = samples.compactMap(\.first.input?.name)
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

    /// What tells the finding apart from others.
    var subject: String {
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
        let table = "table `\(place.table.text)`"
        let priority: String =
            switch step.stage {
            case .translation:
                " at priority \(place.base.priority), before this one's \(self.priority)"
            case .sameTime: " at this one's priority, \(self.priority)"
            case .before, .after, .later, .answer: ""
            }
        guard let rule = place.rule else {
            return "the policy of chain `\(place.baseChain)` in \(table)\(priority)"
        }
        return "rule \(rule) of chain `\(place.chain)` in \(table)\(priority)"
    }

    // MARK: - Remedies

    /// What mends it.
    var remedy: HostFinding.Remedy? {
        switch obstacle.kind {
        case .translate:
            let wanted = Int(place.base.priority) - 5
            guard wanted >= -199 else { return nil }
            return HostFinding.Remedy(
                advice: "write `priority: \(wanted)` in the policy's `settings`, and apply it"
            )
        case .queue, .unknown, .tproxy: return nil
        case .drop, .notrack: break
        }
        let isKnown = step.stage != .before && place.base.priority >= -200
        guard let match = isKnown ? acceptance : firstPacketMatch else { return nil }
        let command = place.isOfIptables ? iptables(match.iptables) : nft(match.nft)
        return command.map { command in
            HostFinding.Remedy(command: command)
        }
    }

    private struct AcceptedPackets {
        let nft: String
        let iptables: String
    }

    /// All packets of redirected connections.
    private var acceptance: AcceptedPackets? {
        AcceptedPackets(nft: "ct status dnat", iptables: "-m conntrack --ctstate DNAT")
    }

    /// The first packets of the redirect's connections, before they are redirected.
    private var firstPacketMatch: AcceptedPackets? {
        guard step.stage == .before, let port = sample.first.destination.port else { return nil }
        let transport = sample.transport.rawValue
        var nft: [String] = []
        var iptables = ["-p \(transport)"]
        if let address = sample.first.destination.address {
            nft.append("\(address.family == .ipv4 ? "ip" : "ip6") daddr \(address)")
            iptables.append("-d \(address)")
        }
        nft.append("\(transport) dport \(port)")
        iptables.append("--dport \(port)")
        return AcceptedPackets(
            nft: nft.joined(separator: " "),
            iptables: iptables.joined(separator: " ")
        )
    }

    private func nft(_ match: String) -> String? {
        guard place.table.name.isPlain, place.baseChain.isPlain else { return nil }
        return "nft insert rule \(place.table.text) \(place.baseChain) \(match) accept"
    }

    private func iptables(_ match: String) -> String? {
        let program = place.table.family == .ip6 ? "ip6tables" : "iptables"
        let table = place.table.name == "filter" ? "" : " -t \(place.table.name)"
        return "\(program)\(table) -I \(place.baseChain) \(match) -j ACCEPT"
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

extension String {
    /// Whether nft and a shell take the name as it is.
    fileprivate var isPlain: Bool {
        unicodeScalars.first?.properties.isAlphabetic == true
            && utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                    || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                    || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte)
            }
    }
}
