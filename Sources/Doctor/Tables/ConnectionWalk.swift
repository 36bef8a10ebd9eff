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

        /// Why not all of it was examined; `nil` if it was.
        public let notExamined: String?
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

    /// Whether each part could be examined that is on this machine.
    public var isExamined: Bool {
        steps.allSatisfy { $0.notExamined == nil || $0.part == .listener && !isOnThisMachine }
    }

    /// Whether the target is on this machine.
    private let isOnThisMachine: Bool

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
        let diagnosis = Diagnosis(of: narrowed, on: host)
        let findings = diagnosis.findings.findings
        func step(_ part: Part, _ stages: Set<Passage.Stage>) -> Step {
            guard let firewall else {
                return Step(part: part, findings: [], notExamined: "they could not be read")
            }
            var findings = FindingList()
            var check = TableCheck(firewall, priority: policy.settings.priority, stages)
            check.examine(narrowed, on: host, &findings)
            let reason = check.unexamined > 0 ? "they have too many rules" : nil
            return Step(part: part, findings: findings.findings, notExamined: reason)
        }
        let remote: IPAddress? =
            switch place.host {
            case .local: nil
            case .address(let address): host.route(to: address) == .local ? nil : address
            }
        isOnThisMachine = remote == nil
        let unknown = diagnosis.notExamined.joined(separator: ", ")
        steps = Part.allCases.map { part in
            switch part {
            case .tablesBefore: step(part, [.before, .translation, .sameTime])
            case .way:
                Step(
                    part: part,
                    findings: findings.filter { $0.code != .noListener },
                    notExamined: nil
                )
            case .tablesAfter: step(part, [.after, .later, .answer])
            case .listener:
                Step(
                    part: part,
                    findings: findings.filter { $0.code == .noListener },
                    notExamined: remote.map { "\($0) is another machine" }
                        ?? (unknown.isEmpty ? nil : "the kernel does not tell: \(unknown)")
                )
            }
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
