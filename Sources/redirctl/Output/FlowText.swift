import Generations
import LiveFlows
import Nftables
import Reporting
import TableDiff

extension FlowsLeft {
    private static let mostShown = 5

    /// The warning that new sessions like this SSH session would not get here; `nil` if they would.
    var warningOfSession: String? {
        redirectOfSession.map {
            "by the change of `\($0)`, new SSH sessions like this one do not get here any more; this "
                + "one is left as it is"
        }
    }

    /// A sentence for each of the first groups, and one for the rest.
    var sentences: [String] {
        let shown = groups.prefix(Self.mostShown).map { group in
            let (keep, end, flows) =
                group.flows == 1
                ? ("flow of `\(group.redirect)` keeps its", "it ends", "it")
                : ("flows of `\(group.redirect)` keep their", "they end", "them")
            // A flushed TCP connection ends with its next packet.
            let effect = group.protocol == "tcp" ? "ends" : "moves"
            return "\(group.flows) live \(group.protocol.uppercased()) \(keep) old "
                + "\(group.keeps.rawValue) until \(end); `--flush-flows` \(effect) \(flows)"
        }
        let rest = groups.dropFirst(Self.mostShown)
        guard !rest.isEmpty else { return shown }
        let flows = rest.reduce(0) { $0 + $1.flows }
        let redirects = Set(rest.map(\.redirect)).count
        return shown + ["so do \(flows) more, of \(redirects) other redirects"]
    }
}

extension FlowMove {
    /// What did not work as it should, a sentence each.
    ///
    /// `tableStays` says whether the table remains, and with it the sets that hold old servers back.
    func warnings(tableStays: Bool) -> [String] {
        var warnings: [String] = []
        if let holdFailure {
            warnings.append(
                "packets of the old servers could not be blocked while flows moved: \(holdFailure.reason)"
            )
        }
        if stayed > 0 {
            warnings.append(
                "\(stayed) \(stayed == 1 ? "flow keeps its" : "flows keep their") old way, because "
                    + "the old server sent before the client did, or another program sends "
                    + "\(stayed == 1 ? "it" : "them") there"
            )
        }
        if waiting > 0, holdFailure != nil || !tableStays {
            warnings.append(
                "the old servers are no longer blocked: if one of them sends before its client, "
                    + "the flow keeps its old way"
            )
        }
        return warnings
    }
}

extension FlowMove.HoldFailure {
    fileprivate var reason: String {
        switch self {
        case .olderTable: "the table is as a version before 0.2 made it"
        case .kernel(let error): error.description
        }
    }
}

extension FlowsReport {
    /// Reports flows, and what happened to them if they were flushed.
    init(_ flows: FlowsLeft, _ move: FlowMove?) {
        self.init(
            left: flows.groups.map {
                Group(
                    redirect: $0.redirect,
                    protocol: $0.protocol,
                    flows: $0.flows,
                    keeps: $0.keeps.rawValue
                )
            },
            redirectOfSession: flows.redirectOfSession,
            flush: move.map {
                Flush(
                    flushed: $0.flushed,
                    gone: $0.gone,
                    moved: $0.moved,
                    stayed: $0.stayed,
                    cut: $0.cut,
                    waiting: $0.waiting
                )
            }
        )
    }

    /// The exit status of a command that was asked to move flows.
    var status: ExitStatus { (flush?.stayed ?? 0) > 0 ? .failed : .done }
}

extension Console {
    /// Warns of what was not done about live flows; returns what the result says about them.
    func tell(of settled: SettledFlows) -> FlowsReport {
        switch settled {
        case .uncounted(let error):
            note("live flows could not be counted: \(error.description)")
            return FlowsReport()
        case .left(let left):
            if let warning = left.warningOfSession { warn(warning) }
            for sentence in left.sentences { warn(sentence) }
            return FlowsReport(left, nil)
        case .moved(let left, let move):
            if let warning = left.warningOfSession { warn(warning) }
            for warning in move.warnings(tableStays: true) { warn(warning) }
            return FlowsReport(left, move)
        }
    }
}
