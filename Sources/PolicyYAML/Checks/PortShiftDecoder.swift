import Addressing
import Diagnostics
import PolicyModel

/// Decodes ranges of ports as targets: each port of the match goes to the one at its position.
struct PortShiftDecoder {
    let context: DecodingContext

    /// The new port that the ports of a target and those of a match make together, or `nil` if they
    /// have errors.
    func newPort(_ ports: ClosedRange<Port>, at span: SourceSpan, _ match: MatchParts?) -> NewPort?
    {
        if ports.size == 1 { return .one(ports.lowerBound) }
        guard let match else { return nil }
        switch match.destination.ports {
        case .rejected:
            return nil
        case .absent:
            context.bag.error(
                .shiftWithoutPorts,
                "a range of target ports needs the range that is shifted to it",
                at: span,
                "each of these \(ports.size) ports stands for one that connections were sent to",
                help: (match.isText
                    ? "add as many ports to the destination: `*:\(PortSet.text(of: ports))`"
                    : "add as many ports to `match`: "
                        + "`destination: {port: \(PortSet.text(of: ports))}`")
                    + "; or write one port here"
            )
            return nil
        case .given(let set, let written):
            guard let origin = set.onlyRange else {
                context.bag.error(
                    .shiftWithList,
                    "only one range of ports can be shifted to another",
                    at: span,
                    "it is not clear which of these belongs to which port",
                    related: [
                        .init(
                            written,
                            "these are \(set.ranges.count) ranges, with gaps between them"
                        )
                    ],
                    help: "write a redirect for each range, or one target port for all"
                )
                return nil
            }
            guard let shift = PortShift(origin, to: ports) else {
                reportSizes(ports, at: span, origin, match: written)
                return nil
            }
            return .shift(shift)
        }
    }

    private func reportSizes(
        _ target: ClosedRange<Port>,
        at span: SourceSpan,
        _ origin: ClosedRange<Port>,
        match: SourceSpan
    ) {
        let help =
            origin.moved(to: target.lowerBound).map { "write `\(PortSet.text(of: $0))`" }
            ?? "the last \(origin.size) ports are `\(65536 - origin.size)-65535`"
        context.bag.error(
            .shiftSizesDiffer,
            "the connections have \(origin.countText) and the target has \(target.countText)",
            at: span,
            target.countText,
            related: [.init(match, origin.countText)],
            help: help
                + (origin.size == 1 ? "" : "; each port goes to the one at the same position")
        )
    }
}

extension ClosedRange<Port> {
    /// As many ports from another one on, or `nil` if there are not so many.
    fileprivate func moved(to first: Port) -> ClosedRange<Port>? {
        UInt16(exactly: Int(first.number) + size - 1).flatMap { Port($0) }.map { first...$0 }
    }

    fileprivate var countText: String { size == 1 ? "1 port" : "\(size) ports" }
}
