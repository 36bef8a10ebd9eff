internal import Addressing
internal import HostState
internal import OtherTables
internal import PolicyModel

/// Finds out whether a target on this machine is a port that another table sends elsewhere.
///
/// Docker publishes the ports of containers like that. NAT decides once for each connection, so
/// redirected ones stay on this machine, where nobody may listen.
struct PublishedPort {
    /// Where the other table sends connections that come directly.
    let target: Verdict.Translation

    private let place: Obstacle.Place
    private let sample: SampleConnection

    /// Looks for a table that translates the target; `nil` if none does, or a program listens there.
    init?(
        of sample: SampleConnection,
        in firewall: Firewall,
        on host: some Host,
        budget: inout Int
    ) {
        guard sample.way == .input || sample.way == .loopback,
            let port = sample.redirected.destination.port.flatMap({ Port($0) })
        else { return nil }
        var direct = sample.redirected
        direct.isRedirected = false
        direct.originalDestination = direct.destination
        let obstacles = firewall.obstacles(
            to: &direct,
            at: direct.isOutbound ? .output : .prerouting,
            .nat(Int32.min...Int32.max),
            budget: &budget
        )
        guard let found = obstacles.first, found.isCertain,
            case .translate(let target) = found.kind,
            !target.isToThisMachine,
            !host.listeners.on(port, sample.transport).contains(where: {
                sample.reaches($0, on: host)
            })
        else { return nil }
        self.target = target
        place = found.place
        self.sample = sample
    }

    /// Adds the finding.
    func report(of redirect: String, _ findings: inout FindingList) {
        guard let own = sample.redirected.destination.text else { return }
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
    }
}

extension SampleConnection {
    fileprivate func reaches(_ listener: Listener, on host: some Host) -> Bool {
        guard let address = redirected.destination.address else { return true }
        let arrivals = host.interfaces.filter { interface in
            interface.name == redirected.input?.name || way == .loopback && interface.isLoopback
        }
        return listener.receives(address, on: Set(arrivals.map(\.index)))
    }
}
