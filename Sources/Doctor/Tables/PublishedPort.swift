internal import Addressing
internal import HostState
internal import OtherTables
internal import PolicyModel

/// A target on this machine that is a port which another table sends elsewhere.
///
/// Docker publishes the ports of containers like that. NAT decides once for each connection, so
/// redirected ones stay on this machine, where nobody may listen.
struct PublishedPort {
    /// Where the other table sends connections that come directly.
    private let target: Verdict.Translation

    private let place: Obstacle.Place

    /// Looks for a table that translates the target of a connection; `nil` if none does.
    init?(of sample: SampleConnection, in examination: inout Examination) {
        guard sample.isToThisMachine, sample.redirected.destination.port != nil else { return nil }
        var direct = sample.direct
        let obstacles = examination.obstacles(
            to: &direct,
            at: direct.isOutbound ? .output : .prerouting,
            .nat(Int32.min...Int32.max)
        )
        guard let found = obstacles.first, found.isCertain,
            case .translate(let target) = found.kind, !target.isToThisMachine
        else { return nil }
        self.target = target
        place = found.place
    }

    /// Adds the finding, unless a program listens there.
    ///
    /// - Returns: `false` if one does.
    func report(
        _ sample: SampleConnection,
        of redirect: String,
        on host: some Host,
        _ findings: inout FindingList
    ) -> Bool {
        guard let port = sample.redirected.destination.port.flatMap({ Port($0) }),
            let own = sample.redirected.destination.text,
            !host.listeners.on(port, sample.transport).contains(where: {
                sample.reaches($0, on: host)
            })
        else { return false }
        let published = "\(sample.transport.rawValue) \(own)"
        let rule = place.rule.map { "the rule with handle \($0) in " } ?? ""
        findings.add(.published, .certain, of: redirect, about: "\(published) \(place)") {
            (
                "\(rule)chain `\(place.chain)` in table `\(place.table.text)` sends connections to "
                    + "\(published) \(target.words), but NAT decides only once, so redirected ones "
                    + "stay here, where nothing listens",
                HostFinding.Remedy(advice: "redirect \(target.words) itself")
            )
        }
        return true
    }
}

extension SampleConnection {
    /// Whether the redirected connection stays on this machine.
    var isToThisMachine: Bool { way == .input || way == .loopback }

    /// The first packet of a connection that comes to the target without being redirected.
    var direct: FilterPacket {
        var packet = redirected
        packet.isRedirected = false
        packet.originalDestination = packet.destination
        return packet
    }

    fileprivate func reaches(_ listener: Listener, on host: some Host) -> Bool {
        guard let address = redirected.destination.address else { return true }
        let arrivals = host.interfaces.filter { interface in
            interface.name == redirected.input?.name || way == .loopback && interface.isLoopback
        }
        return listener.receives(address, on: Set(arrivals.map(\.index)))
    }
}
