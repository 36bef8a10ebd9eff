internal import Addressing
public import HostState
public import OtherTables
public import PolicyModel

/// The way of one redirected connection through a host, part by part.
public struct ConnectionWalk: Sendable {
    /// A part of the way, in the order in which a connection comes to it.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        /// Other tables, before the redirect decides.
        case tablesBefore = "tables-before"
        /// Interfaces, routes and forwarding.
        case way
        /// Other tables, after the redirect has decided.
        case tablesAfter = "tables-after"
        /// The program at the target.
        case listener
    }

    /// A part of the way, and what is in the way there.
    public struct Step: Sendable {
        /// The part.
        public let part: Part

        /// What was found.
        public let findings: [HostFinding]
    }

    /// The redirect that decides the connection.
    public let redirect: String

    /// Where the redirect sends the connection.
    public let place: Outcome.Place

    /// The parts of the way.
    public let steps: [Step]

    /// The first obstacle that will stop the connection or, if there is none, that may stop it.
    public var firstObstacle: HostFinding? {
        let all = steps.flatMap(\.findings)
        return all.first { $0.certainty == .certain } ?? all.first
    }

    /// Follows a connection to a place that a redirect of a policy chooses.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - place: The place.
    ///   - redirect: The redirect.
    ///   - policy: The policy.
    ///   - firewall: The tables of other programs; `nil` if they are not known.
    ///   - host: The host.
    public init(
        of connection: Connection,
        to place: Outcome.Place,
        by redirect: Redirect,
        of policy: Policy,
        through firewall: Firewall?,
        on host: some Host
    ) {
        self.redirect = redirect.name
        self.place = place
        let narrowed = Policy(
            settings: policy.settings,
            redirects: [redirect.narrowed(to: connection, place)]
        )
        func inTables(_ stages: Set<Passage.Stage>) -> [HostFinding] {
            guard let firewall else { return [] }
            var findings = FindingList()
            var check = TableCheck(firewall, priority: policy.settings.priority, stages)
            check.examine(narrowed, on: host, &findings)
            return findings.findings
        }
        let findings = Diagnosis(of: narrowed, on: host).findings.findings
        steps = Part.allCases.map { part in
            let found =
                switch part {
                case .tablesBefore: inTables([.before, .translation, .sameTime])
                case .way: findings.filter { $0.code != .noListener }
                case .tablesAfter: inTables([.after, .later, .answer])
                case .listener: findings.filter { $0.code == .noListener }
                }
            return Step(part: part, findings: found)
        }
    }
}

extension Redirect {
    /// A redirect of one connection to one place.
    fileprivate func narrowed(to connection: Connection, _ place: Outcome.Place) -> Redirect {
        var redirect = self
        redirect.exceptions = []
        redirect.directions = [connection.direction]
        redirect.match.family = connection.family ?? match.family
        redirect.match.protocols = [connection.transport]
        let port = connection.destinationPort
        redirect.match.destination = Match.Endpoint(
            addresses: connection.destinationAddress.map { AddressSet(AddressRange($0)) },
            isLocal: connection.destinationAddress == nil,
            ports: PortSet(port...port)
        )
        if let address = connection.sourceAddress {
            redirect.match.source.addresses = AddressSet(AddressRange(address))
        }
        if let port = connection.sourcePort { redirect.match.source.ports = PortSet(port...port) }
        if let name = connection.interface {
            redirect.match.interfaces = [InterfacePattern(name: name)]
        }
        if let user = connection.user { redirect.match.users = IntervalSet([user...user]) }
        if let group = connection.group { redirect.match.groups = IntervalSet([group...group]) }
        let newPort = place.port.map { NewPort.one($0) }
        redirect.decision =
            switch place.host {
            case .local: .target(.local(port: newPort))
            case .address(let address): .target(.address(address, port: newPort))
            }
        return redirect
    }
}
