import Addressing
import Diagnostics
import PolicyModel

/// Ranges of ports as targets: each port of the match goes to the one in its own place.
extension PolicyDecoder {
    /// What the ports of a target make of the ports of a match.
    mutating func newPort(
        _ ports: ClosedRange<Port>,
        at span: SourceSpan,
        _ match: MatchParts?
    ) -> NewPort? {
        if ports.size == 1 { return .one(ports.lowerBound) }
        guard let match else { return nil }
        switch match.destination.ports {
        case .rejected:
            return nil
        case .absent:
            bag.report(.shiftWithoutPorts(ports, at: span))
            return nil
        case .given(let set, let written):
            guard let origin = set.onlyRange else {
                bag.report(.shiftWithList(set, at: written, target: span))
                return nil
            }
            guard let shift = PortShift(origin, to: ports) else {
                bag.report(.sizesDiffer(ports, at: span, origin, match: written))
                return nil
            }
            return .shift(shift)
        }
    }
}

extension Diagnostic {
    fileprivate static func shiftWithoutPorts(
        _ ports: ClosedRange<Port>,
        at span: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .shiftWithoutPorts,
            "a range of target ports needs the range that is shifted to it",
            at: Label(span, "each of these \(ports.size) ports stands for one of `match`"),
            help: "add the ports to `match`, as many: "
                + "`destination: {port: \(PortSet.text(of: ports))}`; or write one port here"
        )
    }

    fileprivate static func shiftWithList(
        _ set: PortSet,
        at span: SourceSpan,
        target: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .shiftWithList,
            "only one range of ports can be shifted to another",
            at: Label(target, "which of these belongs to which port is not said"),
            related: [Label(span, "these are \(set.ranges.count) ranges, with gaps between them")],
            help: "write a redirect for each range, or one target port for all"
        )
    }

    fileprivate static func sizesDiffer(
        _ target: ClosedRange<Port>,
        at span: SourceSpan,
        _ origin: ClosedRange<Port>,
        match: SourceSpan
    ) -> Diagnostic {
        let help =
            origin.moved(to: target.lowerBound).map { "write `\(PortSet.text(of: $0))`" }
            ?? "of \(origin.size) ports, the last ones possible are "
            + "`\(65536 - origin.size)-65535`"
        return Diagnostic(
            .shiftSizesDiffer,
            "`match` has \(origin.countText) and the target has \(target.countText)",
            at: Label(span, target.countText),
            related: [Label(match, origin.countText)],
            help: help + (origin.size == 1 ? "" : "; each port goes to the one in its own place")
        )
    }
}

extension ClosedRange<Port> {
    /// As many ports from another one on, where there are so many.
    fileprivate func moved(to first: Port) -> ClosedRange<Port>? {
        UInt16(exactly: Int(first.number) + size - 1).flatMap { Port($0) }.map { first...$0 }
    }

    fileprivate var countText: String { size == 1 ? "1 port" : "\(size) ports" }
}
