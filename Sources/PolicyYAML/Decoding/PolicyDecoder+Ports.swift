import Addressing
import Diagnostics

/// Ports: decimal numbers from 1 to 65535, and ranges of them.
extension PolicyDecoder {
    /// One port.
    mutating func port(_ scalar: Node.Scalar, for use: SingleUse) -> Port? {
        switch PortText.port(scalar.text[...]) {
        case .success(let port):
            return port
        case .failure(let problem):
            if let range = PortText.ends(of: scalar.text), PortText.isRange(range) {
                bag.report(.rangeAsPort(scalar, use))
            } else {
                bag.report(.malformedPort(scalar, problem, scalar.text[...]))
            }
            return nil
        }
    }

    /// One port, or a range `A-B`.
    mutating func portRange(_ scalar: Node.Scalar) -> ClosedRange<Port>? {
        guard let ends = PortText.ends(of: scalar.text) else {
            return port(scalar, for: .target).map { $0...$0 }
        }
        switch (PortText.port(ends.first), PortText.port(ends.last)) {
        case (.success(let first), .success(let last)):
            if first <= last { return first...last }
            bag.report(.portsUpsideDown(scalar, "\(last)-\(first)"))
        case (.failure(let problem), _):
            bag.report(.malformedPort(scalar, problem, ends.first))
        case (_, .failure(let problem)):
            bag.report(.malformedPort(scalar, problem, ends.last))
        }
        return nil
    }
}

extension Diagnostic {
    static func serviceAsPort(_ scalar: Node.Scalar) -> Diagnostic {
        guard case .failure(let problem) = PortText.port(scalar.text[...]) else {
            return malformedPort(scalar, .notANumber(nil), scalar.text[...])
        }
        return malformedPort(scalar, problem, scalar.text[...])
    }

    fileprivate static func portsUpsideDown(_ scalar: Node.Scalar, _ swapped: String) -> Diagnostic
    {
        Diagnostic(
            .rangeUpsideDown,
            "the port range \(scalar.text.quoted) ends before it begins",
            at: Label(scalar.span, "no port lies in this range"),
            help: "write `\(swapped)`"
        )
    }

    fileprivate static func rangeAsPort(_ scalar: Node.Scalar, _ use: SingleUse) -> Diagnostic {
        Diagnostic(
            .invalidPort,
            "the port of \(use.title) is one number here, not a range",
            at: Label(scalar.span, "expected one port"),
            help: use == .connection
                ? nil : "in a balance ports do not shift; leave `port` out to keep each as it is"
        )
    }

    fileprivate static func malformedPort(
        _ scalar: Node.Scalar,
        _ problem: PortText.Problem,
        _ part: Substring
    ) -> Diagnostic {
        switch problem {
        case .outOfRange:
            return Diagnostic(
                .portOutOfRange,
                "the port \(part.quoted) does not exist",
                at: Label(scalar.span, "ports are the numbers from 1 to 65535"),
                help: part.allSatisfy { $0 == "0" }
                    ? "0 never is on the wire; where any port will do, leave it out" : nil
            )
        case .leadingZeros(let port):
            return Diagnostic(
                .invalidPort,
                "the port \(part.quoted) begins with a zero",
                at: Label(scalar.span, "some programs would read it as octal"),
                help: "write `\(port)`"
            )
        case .notANumber(let meant):
            return Diagnostic(
                .invalidPort,
                "\(part.quoted) is not a port",
                at: Label(scalar.span, "a port is a decimal number from 1 to 65535"),
                help: meant
            )
        }
    }
}
